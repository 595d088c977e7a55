/// A catalog's listings reduced to numbers, in the same order: a filter over many of them looks at no text.
struct CatalogIndex: Sendable {
    private struct Entry {
        let model, family, place, provider: Int32  // Where its text stands in the lists below.
        let vramGB, gpuCount: Int32
        let price: HourlyRate
    }

    private struct Place: Hashable {
        let region, code: String
    }

    /// The different values of one property, in the order in which they were first seen.
    private struct Values<Value: Hashable & Sendable>: Sendable {
        private(set) var list: [Value] = []
        private var places: [Value: Int32] = [:]

        mutating func place(of value: Value) -> Int32 {
            if let known = places[value] { return known }
            let place = Int32(list.count)
            places[value] = place
            list.append(value)
            return place
        }

        /// For each value whether it is wanted; nil when all are.
        func wanted<Wish>(_ wish: Wish?, _ fits: (Value, Wish) -> Bool) -> [Bool]? {
            wish.map { wish in list.map { fits($0, wish) } }
        }
    }

    private var models = Values<String>()
    private var families = Values<String>()
    private var places = Values<Place>()
    private var providers = Values<String>()
    private var entries: [Entry] = []

    init(_ listings: [Listing]) {
        entries.reserveCapacity(listings.count)
        for listing in listings {
            entries.append(
                Entry(
                    model: models.place(of: listing.model), family: families.place(of: listing.family),
                    place: places.place(of: Place(region: listing.region, code: listing.regionCode)),
                    provider: providers.place(of: listing.provider), vramGB: Int32(clamping: listing.vramGB),
                    gpuCount: Int32(clamping: listing.gpuCount), price: listing.price))
        }
    }

    /// The places of the first `count` listings from `start` on that `filter` wants.
    func places(matching filter: CatalogFilter, from start: Int, atMost count: Int) -> [Int] {
        let wantedModel = models.wanted(filter.model) { CatalogFilter.fits(model: $0, $1) }
        let wantedFamily = families.wanted(filter.family) { $0 == $1 }
        let wantedPlace = places.wanted(filter.region) {
            Region.matches($1, region: $0.region, code: $0.code)
        }
        let wantedProvider = providers.wanted(filter.provider) { $0 == $1 }
        for wanted in [wantedModel, wantedFamily, wantedPlace, wantedProvider] {
            if let wanted, !wanted.contains(true) { return [] }
        }
        var found: [Int] = []
        for place in start..<max(start, entries.count) where found.count < count {
            let entry = entries[place]
            if let limit = filter.maxPrice, entry.price > limit { break }  // Cheapest first.
            if let wantedModel, !wantedModel[Int(entry.model)] { continue }
            if let wantedFamily, !wantedFamily[Int(entry.family)] { continue }
            if let wantedPlace, !wantedPlace[Int(entry.place)] { continue }
            if let wantedProvider, !wantedProvider[Int(entry.provider)] { continue }
            if let least = filter.minVRAMGB, Int(entry.vramGB) < least { continue }
            if let gpus = filter.gpuCount, Int(entry.gpuCount) != gpus { continue }
            found.append(place)
        }
        return found
    }
}
