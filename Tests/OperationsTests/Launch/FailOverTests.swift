import Domain
import Providers
import Storage
import Testing

@testable import Operations

@Suite(.serialized) struct `A launch at a marketplace` {
    private func market() async throws -> Outlet {
        let o = try await Outlet(wallet: 5_000)
        await o.sell([
            .market("a", cents: 200, source: "m1"), .market("b", cents: 210, source: "m1"),
            .market("c", cents: 220, source: "m2"), .market("dear", cents: 400, source: "m3"),
        ])
        return o
    }

    private let upTo300 = { (request: inout LaunchRequest) in
        request.maxPrice = HourlyRate(centsPerHour: 300)
    }

    @Test func `takes the next match when one is gone, and leaves that alone for five minutes`() async throws
    {
        let o = try await market()
        o.provider.set { $0.answer["a"] = .noCapacity }
        let id = try await o.launched(upTo300)
        #expect(try o.rental(id).price.centsPerHour == 210)
        #expect(try o.listed() == ["b", "c", "dear"])
        #expect(try o.context.attempts(of: id).map(\.outcome) == ["refused", "created"])
        o.pass(300)
        await o.meter.refreshCatalog()
        #expect(try o.listed().first == "a")
        try o.verify()
    }

    @Test func `never takes a dearer one than allowed`() async throws {
        let o = try await market()
        o.provider.set { $0.answer = ["a": .noCapacity, "b": .noCapacity, "c": .noCapacity] }
        let id = try o.launch(upTo300)
        try await o.meter.tick()
        #expect(try o.rental(id).status == .failed)
        #expect(o.provider.now.orders.map(\.offerKey) == ["a", "b", "c"])
        #expect(try o.balance().available == Cents(5_000))
        try o.verify()
    }

    @Test(
        arguments: [
            (.noCapacity("sold"), ["b", "c", "dear"], 300), (.transient("500"), ["b", "c", "dear"], 120),
            (.invalid("image"), ["b", "c", "dear"], 900), (.auth("key"), [], 600), (.payment("402"), [], 600),
            (.rateLimited(after: Seconds(45)), [], 45),
        ] as [(ProviderFault, [String], Int64)])
    func `is kept from what was refused, for as long as it deserves`(
        fault: ProviderFault, listed: [String], seconds: Int64
    ) async throws {
        let o = try await market()
        o.provider.set { $0.fault["a"] = fault }
        _ = try o.launch { $0.maxPrice = HourlyRate(centsPerHour: 205) }
        _ = await o.meter.carryOutDueEffects()
        await o.meter.refreshCatalog()
        #expect(try o.listed() == listed)
        o.pass(seconds - 1)
        await o.meter.refreshCatalog()
        #expect(try o.listed() == listed)
        o.pass(1)
        await o.meter.refreshCatalog()
        #expect(try o.listed() == ["a", "b", "c", "dear"])
        let isAlarm = fault == .auth("key") || fault == .payment("402")
        #expect(try o.events("provider.launch_refused").isEmpty == !isAlarm)
    }

    @Test func `leaves a region alone when three of its listings are gone`() async throws {
        let o = try await Outlet(wallet: 5_000)
        await o.sell(
            (1...5).map { .market("\($0)", cents: 200 + Int64($0)) }
                + [.market("elsewhere", cents: 230, region: "US-TX-3")])
        o.provider.set { $0.answer = ["1": .noCapacity, "2": .noCapacity, "3": .noCapacity] }
        let id = try await o.launched { $0.maxPrice = HourlyRate(centsPerHour: 300) }
        #expect(o.provider.now.orders.map(\.offerKey) == ["1", "2", "3", "elsewhere"])
        #expect(try o.listed() == ["elsewhere"])
        #expect(try o.rental(id).price.centsPerHour == 230)
    }

    @Test func `goes on after a broken start only when the pod is gone`() async throws {
        let o = try await market()
        o.provider.set { $0.startsPending = true }
        let id = try o.launch(upTo300)
        _ = await o.meter.carryOutDueEffects()
        o.provider.set { [first = o.label(id)] in
            $0.pods[first] = .failed(reason: "OCI runtime create failed")
            $0.slowTerminations = 2
            $0.startsPending = false
        }
        for _ in 0..<2 {  // The pod is ended, and not gone yet.
            await o.meter.watch()
            _ = await o.meter.carryOutDueEffects()
            #expect(try o.rental(id).status == .provisioning)
            #expect(o.provider.now.creates.count == 1 && o.provider.now.pods.count == 1)
            o.pass(2)
        }
        try await o.meter.tick()
        // Both listings of the broken machine are left alone; the other machine's is taken.
        #expect(try o.rental(id).status == .running && o.rental(id).price.centsPerHour == 220)
        #expect(o.provider.now.pods.count == 1)
        let attempts = try o.context.attempts(of: id)
        #expect(attempts.map(\.outcome) == ["gone", "created"])
        #expect(attempts[0].error == "the provider says: OCI runtime create failed")
        try o.verify()
    }

    @Test func `gives up a pod that never answers at its provider's deadline, and tries another`()
        async throws
    {
        let o = try await market()
        o.provider.set { $0.startsPending = true }
        let id = try o.launch(upTo300)
        try await o.meter.tick()
        o.provider.set { $0.startsPending = false }
        o.pass(599)
        try await o.meter.tick()
        #expect(try o.rental(id).status == .provisioning && o.provider.now.creates.count == 1)
        await o.meter.refreshCatalog()
        o.pass(1)
        try await o.meter.tick()
        try await o.meter.tick()
        #expect(try o.rental(id).status == .running && o.provider.now.creates.count == 2)
        #expect(try o.listed() == ["c", "dear"])
        try o.verify()
    }

    @Test func `that its renter stops while a pod is being cleaned up makes no other`() async throws {
        let o = try await market()
        o.provider.set { $0.startsPending = true }
        let id = try o.launch(upTo300)
        _ = await o.meter.carryOutDueEffects()
        o.provider.set { [first = o.label(id)] in $0.pods[first] = .failed(reason: "smoke") }
        await o.meter.watch()
        _ = try o.context.stop(id, by: o.user)
        try await o.meter.tick()
        #expect(try o.rental(id).status == .stopped)
        #expect(o.provider.now.creates.count == 1 && o.provider.now.pods.isEmpty)
        #expect(try o.balance().available == Cents(5_000))
        try o.verify()
    }

    @Test func `teaches how reliable a model is there`() async throws {
        let o = try await Outlet(wallet: 50_000)
        await o.sell((1...9).map { .market("\($0)", cents: 200, region: "R\($0)") })
        o.provider.set { $0.answer = ["1": .noCapacity] }
        for _ in 0..<5 {
            _ = try await o.launched { $0.maxPrice = HourlyRate(centsPerHour: 300) }
        }
        await o.meter.refreshCatalog()
        let listings = try CatalogCache().snapshot(in: o.context).listings
        let isRefused = o.provider.now.orders.contains { $0.offerKey == "1" }
        #expect(Set(listings.map(\.reliability)) == [isRefused ? 0.83 : 1])
    }

    @Test func `orders a pod at no more than its quote, with a term`() async throws {
        let o = try await market()
        let id = try await o.launched()
        let order = try #require(o.provider.now.orders.first)
        #expect(order.maxCost?.microDollarsPerHour == 2_020_000)
        let start = try o.context.attempts(of: id)[0].startedAt
        #expect(order.expiresAt == start + Seconds(12 * 3_600))
        await o.meter.checkUpstream()
        #expect(o.provider.now.expiries.isEmpty)
        o.pass(3_601)
        await o.meter.checkUpstream()
        #expect(o.provider.now.expiries == [o.label(id): start + Seconds(3_601 + 12 * 3_600)])
    }
}
