import Domain
import Providers
import Storage
import Testing

@testable import Operations

private func offer(
    _ key: String, micros: Int64, name: String? = nil, model: String = "H100_SXM_80GB",
    vram: Int = 80, gpus: Int = 1, region: String = "EU-RO-1", free: Int = 1
) -> Offer {
    Offer(
        key: key, family: name == nil ? "h100-80gb" : Offer.unmappedFamily, model: name ?? model,
        vramGB: vram,
        gpuCount: gpus, cost: HourlyCost(microDollarsPerHour: micros)!, region: region, regionCode: "",
        interconnect: nil, free: free, note: nil)
}

@Suite struct `Prices of a catalog` {
    let w: IdentityWorld

    init() throws {
        w = try IdentityWorld {
            $0.terms["vast"] = .init(markup: Markup(basisPoints: 1_500, floor: Cents(2)))
        }
    }

    private func listed(_ provider: String? = nil) throws -> [Listing] {
        try CatalogCache().snapshot(in: w.context).listings.filter {
            provider == nil || $0.provider == provider
        }
    }

    private func store(_ micros: Int64..., at provider: String = "vast") throws {
        try w.context.storeOffers(
            micros.enumerated().map { offer("\($0)", micros: $1) }, provider: provider)
    }

    /// Hours with these costs, one after the other.
    private func live(through costs: [Int64], at provider: String = "vast") throws {
        for micros in costs {
            try store(micros, at: provider)
            w.pass(.hour)
        }
    }

    private func events(_ type: String) throws -> Int64 {
        try w.count("SELECT COUNT(*) AS n FROM event WHERE type = \(type)")
    }

    @Test func `are the cost with its provider's markup; others sell at cost`() throws {
        try store(2_000_000, 10_001)
        try store(2_000_000, at: "lambda")
        #expect(try listed("vast").map(\.price.centsPerHour) == [4, 230])
        #expect(try listed("lambda").map(\.price.centsPerHour) == [200])
    }

    @Test func `that are misread are not sold, and told once`() throws {
        try live(through: [2_000_000, 2_100_000, 1_900_000])
        try store(10_000)
        try store(10_000)
        #expect(try listed().isEmpty)
        #expect(try events("catalog.price_held") == 1)
        let held = try w.context.database.read { try $0.heldOffers() }
        #expect(held.map(\.offer.usual.microDollarsPerHour) == [2_000_000] && held[0].provider == "vast")
        try store(2_050_000)
        #expect(try listed().map(\.price.centsPerHour) == [236])
        #expect(try w.context.database.read { try $0.heldOffers() }.isEmpty)
    }

    @Test func `of eight GPUs are held against those of one`() throws {
        try live(through: [2_000_000, 2_000_000, 2_000_000])
        try w.context.storeOffers(
            [offer("8", micros: 16_800_000, gpus: 8), offer("cheap", micros: 3_000_000, gpus: 8)],
            provider: "vast")
        #expect(try listed().map(\.offerKey) == ["8"])
    }

    @Test func `without a history of their own are held against that of others`() throws {
        try live(through: [2_000_000, 2_000_000, 2_000_000], at: "lambda")
        try store(1_500_000, 20_000)
        #expect(try listed("vast").map(\.offerKey) == ["0"])
    }

    @Test func `that a person allows are sold, and become usual`() throws {
        try live(through: [2_000_000, 2_000_000, 2_000_000])
        try store(300_000)
        #expect(throws: AllowanceRefusal.nothingHeld) {
            try w.context.allowPrices(of: "H100_PCIE_80GB", at: "vast")
        }
        #expect(try w.context.allowPrices(of: "H100_SXM_80GB", at: "vast").microDollarsPerHour == 300_000)
        try store(310_000)
        #expect(try listed().map(\.price.centsPerHour) == [36])
        #expect(try events("catalog.price_allowed") == 1)
    }

    @Test func `that the operator sets are never held`() throws {
        func set(_ cents: Int64) throws {
            let offer = Offer(
                key: "own", family: "h100-80gb", model: "H100_SXM_80GB", vramGB: 80, gpuCount: 1,
                price: HourlyRate(centsPerHour: cents)!, region: "here", regionCode: "DE", interconnect: nil,
                free: 1, note: nil)
            try w.context.storeOffers([offer], provider: "local")
        }
        for _ in 0..<4 {
            try set(280)
            w.pass(.hour)
        }
        try set(1)
        #expect(try listed().map(\.price.centsPerHour) == [1])
    }

    @Test func `of GPUs without a family are shown to the operator, and not sold`() throws {
        let offers = [
            offer("a", micros: 700_000, name: "RTX 4090D", vram: 24),
            offer("b", micros: 600_000, name: "RTX 4090D", vram: 24),
            offer("c", micros: 500_000, name: "NVIDIA GeForce RTX 4090", vram: 24),
            offer("d", micros: 2_000_000, name: "GH200 480GB", vram: 96),
        ]
        try w.context.storeOffers(offers, provider: "vast")
        try w.context.storeOffers(offers, provider: "vast")
        #expect(try listed().map(\.family) == ["rtx-4090"])
        #expect(try listed().map(\.regionCode) == ["RO"])
        let unmapped = try w.context.database.read { try $0.unmappedGPUs() }.map(\.gpu)
        #expect(unmapped.map(\.name) == ["GH200 480GB", "RTX 4090D"])
        #expect(unmapped.map(\.offers) == [1, 2])
        #expect(unmapped.map(\.cheapest.microDollarsPerHour) == [2_000_000, 600_000])
        #expect(try events("catalog.unmapped") == 2)
    }
}

@Suite struct `The price history` {
    let w: IdentityWorld
    init() throws { w = try IdentityWorld() }

    private func toMidnight() {
        let now = w.world.clock.now
        w.pass(now.day + .day - now)
    }

    @Test func `has the least, the middle and the hours of each day, also when days are folded`() throws {
        toMidnight()
        let first = w.world.clock.now
        let offers = [
            offer("a", micros: 2_000_000), offer("b", micros: 24_000_000, gpus: 8),
            offer("c", micros: 2_500_000), offer("gone", micros: 1, free: 0),
        ]
        try w.context.storeOffers(offers, provider: "local")
        w.pass(.hour)
        try w.context.storeOffers([offer("a", micros: 1_800_000)], provider: "local")
        w.pass(Seconds(3 * 3_600))
        try w.context.storeOffers([], provider: "local")
        toMidnight()
        try w.context.storeOffers([offer("a", micros: 1_900_000)], provider: "local")
        let open = try w.context.priceHistory(of: nil, days: 30)
        try w.context.database.write { try w.context.tidyCatalog(at: w.world.clock.now, in: $0) }
        let folded = try w.context.priceHistory(of: "h100-80gb", days: 30)
        #expect(open == folded)
        #expect(folded.map(\.day) == [first, first + .day])
        #expect(folded.map(\.minimum.centsPerHour) == [180, 190])
        #expect(folded.map(\.median.centsPerHour) == [250, 190])
        #expect(folded.map(\.listings) == [3, 1] && folded.map(\.hours.count) == [2, 1])
        #expect(try w.context.priceHistory(of: nil, days: 1).map(\.listings) == [1])
        #expect(try w.context.priceHistory(of: "b200", days: 30).isEmpty)
    }

    @Test func `is thinned: one row a family and day, for 400 days`() throws {
        for _ in 0..<450 {
            try w.context.storeOffers(
                [offer("a", micros: 2_000_000), offer("b", micros: 3_000_000)], provider: "local")
            w.pass(.day)
        }
        try w.context.database.write { try w.context.tidyCatalog(at: w.world.clock.now, in: $0) }
        #expect(try w.count("SELECT COUNT(*) AS n FROM listing_day") == 0)
        #expect(try w.count("SELECT COUNT(*) AS n FROM family_day") == 400)
        #expect(try w.count("SELECT COUNT(*) AS n FROM usual_cost") <= 8)
    }
}
