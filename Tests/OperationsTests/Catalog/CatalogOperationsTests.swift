import Domain
import Operations
import Providers
import Storage
import Testing

private func offer(
    _ key: String, _ cents: Int64, family: String = "h100-80gb", count: Int = 1, code: String = "US",
    free: Int = 1
) -> Offer {
    Offer(
        key: key, family: family, model: "H100_SXM_80GB", vramGB: 80, gpuCount: count,
        price: HourlyRate(centsPerHour: cents)!, region: "Here", regionCode: code, interconnect: nil,
        free: free, note: nil)
}

@Suite struct `The stored catalog` {
    let w: IdentityWorld
    init() throws { w = try IdentityWorld() }

    private func listed() throws -> [Listing] { try CatalogCache().snapshot(in: w.context).listings }
    private func version() throws -> Int64 { try w.context.database.read { try $0.catalogVersion() } }

    @Test func `an offer keeps its id through price, absence and return`() throws {
        try w.context.storeOffers([offer("a", 100)], provider: "local")
        let id = try listed()[0].id
        try w.context.storeOffers([], provider: "local")
        #expect(try listed().isEmpty)
        try w.context.storeOffers([offer("a", 200)], provider: "local")
        #expect(try listed().map(\.id) == [id])
        #expect(try listed()[0].price.centsPerHour == 200)
    }

    @Test func `one provider's answer leaves another's listings alone`() throws {
        try w.context.storeOffers([offer("a", 100)], provider: "local")
        try w.context.storeOffers([offer("a", 90)], provider: "vast")
        #expect(try listed().map(\.provider) == ["vast", "local"])
        try w.context.storeOffers([], provider: "vast")
        #expect(try listed().map(\.provider) == ["local"])
    }

    @Test func `what is sold out, strange or older than five minutes is not listed`() throws {
        try w.context.storeOffers(
            [offer("a", 100), offer("b", 90, free: 0), offer("c", 80, count: 3)], provider: "local")
        #expect(try listed().map(\.offerKey) == ["a"])
        w.pass(Seconds(300))
        #expect(try listed().count == 1)
        w.pass(Seconds(1))
        #expect(try listed().isEmpty)
    }

    @Test func `the version moves only with what can be seen, or after ten seconds`() throws {
        try w.context.storeOffers([offer("a", 100, free: 4)], provider: "local")
        let first = try version()
        w.pass(Seconds(9))
        try w.context.storeOffers([offer("a", 100, free: 3)], provider: "local")
        #expect(try version() == first)
        try w.context.storeOffers([offer("a", 101, free: 3)], provider: "local")
        #expect(try version() == first + 1)
        w.pass(Seconds(10))
        try w.context.storeOffers([offer("a", 101, free: 3)], provider: "local")
        #expect(try version() == first + 2)
    }

    @Test func `the cache follows the version at once, and time after five seconds`() throws {
        let cache = CatalogCache()
        #expect(try cache.snapshot(in: w.context).listings.isEmpty)
        try w.context.storeOffers([offer("a", 100)], provider: "local")
        #expect(try cache.snapshot(in: w.context).listings.count == 1)
        w.pass(Seconds(301))
        #expect(try cache.snapshot(in: w.context).listings.isEmpty)
    }

    @Test func `a launch finds the cheapest that matches, and what is near`() throws {
        let offers = [
            offer("a", 300), offer("b", 200, code: "DE"), offer("c", 100, family: "b200"),
            offer("d", 400, count: 2), offer("e", 200),
        ]
        try w.context.storeOffers(offers, provider: "local")
        let now = w.world.clock.now
        func keys(_ region: String?, _ provider: String? = nil) throws -> [String] {
            try w.context.database.read {
                try $0.rentableListings(
                    family: "h100-80gb", gpuCount: 1, region: region, provider: provider, at: now
                ).map(\.offerKey)
            }
        }
        #expect(try keys(nil) == ["b", "e", "a"])
        #expect(try keys("us") == ["e", "a"] && keys("eu") == ["b"] && keys("here").count == 3)
        #expect(try keys(nil, "vast").isEmpty)
        let near = try w.context.database.read {
            try $0.nearestListings(family: "b200", gpuCount: 2, at: now)
        }
        #expect(near.map(\.offerKey) == ["c", "d"])
    }
}
