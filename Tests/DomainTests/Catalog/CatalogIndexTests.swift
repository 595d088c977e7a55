import Domain
import TestSupport
import Testing

@Suite struct `The catalog's index` {
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `finds what the filter says, in the same order`(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let catalog = CatalogSnapshot((0..<UInt64(dice.roll(0...300))).map { dice.listing($0) })
        for _ in 0..<50 {
            let filter = dice.filter()
            let wanted = catalog.listings.filter(filter.matches)
            #expect(try catalog.page(filter: filter, after: nil, size: 1_000).listings == wanted, "\(filter)")
            let size = Int(dice.roll(1...9))
            let first = try catalog.page(filter: filter, after: nil, size: size)
            #expect(
                first.listings == Array(wanted.prefix(size)) && (first.next != nil) == (wanted.count > size))
            guard let next = first.next else { continue }
            let second = try catalog.page(filter: filter, after: next, size: 1_000)
            #expect(first.listings + second.listings == wanted, "\(filter)")
        }
    }
}

extension Dice {
    private static let models = ["H100_SXM_80GB", "H100_PCIe_80GB", "RTX_4090_24GB", "h100"]
    private static let families = ["h100-80gb", "rtx-4090", "b200"]
    private static let regions = [("US-East", "US"), ("US-West", "US"), ("EU-Central", "DE"), ("", "FR")]

    fileprivate mutating func listing(_ number: UInt64) -> Listing {
        let region = pick(Self.regions)!
        return Listing(
            id: ID(ULID(milliseconds: 1, random: (0, number))), provider: pick(["local", "vast"])!,
            offerKey: "\(number)", family: pick(Self.families)!, model: pick(Self.models)!,
            vramGB: Int(roll(1...3)) * 24, gpuCount: pick([1, 2, 4, 8])!,
            price: HourlyRate(centsPerHour: roll(1...40))!, region: region.0, regionCode: region.1,
            interconnect: nil, availability: .available, reliability: nil, note: nil,
            observedAt: Instant(1_000))
    }

    fileprivate mutating func filter() -> CatalogFilter {
        var filter = CatalogFilter()
        if chance(30) { filter.model = pick(["H100", "h100_p", "RTX", "B300", ""]) }
        if chance(30) { filter.family = pick(Self.families + ["b300"]) }
        if chance(20) { filter.minVRAMGB = Int(roll(0...80)) }
        if chance(20) { filter.gpuCount = pick([1, 2, 8, 3]) }
        if chance(30) { filter.region = pick(["US", "us-east", "DE", "EU-Central", "JP"]) }
        if chance(20) { filter.provider = pick(["local", "vast", "lambda"]) }
        if chance(30) { filter.maxPrice = HourlyRate(centsPerHour: roll(1...40)) }
        return filter
    }
}
