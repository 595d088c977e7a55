import Domain
import Providers
import TestSupport
import Testing

@testable import Operations

/// Which provider's slowness holds up whom: nobody's.
@Suite(.serialized) struct `Polling providers` {
    private func offer(_ key: String, free: Int) -> Offer {
        Offer(
            key: key, family: "b200", model: "B200_SXM_180GB", vramGB: 180, gpuCount: 1,
            price: HourlyRate(centsPerHour: 400)!, region: "US-East", regionCode: "US", interconnect: nil,
            free: free, note: nil)
    }

    private func listed(_ o: Outlet) throws -> [String] {
        try CatalogCache().snapshot(in: o.context).listings.map(\.offerKey)
    }

    /// Two providers, the second of which leaves its offers unanswered.
    private func slowOutlet() async throws -> (Outlet, SilentProvider) {
        let o = try await Outlet()
        let slow = SilentProvider(
            FakeProvider(offers: [offer("slow", free: 1)], port: BannerServer.port, code: "slow"),
            silent: [.offers])
        try o.startMeter(limits: CallLimits(offers: .seconds(60)), others: [slow])
        return (o, slow)
    }

    @Test func `one that hangs keeps back its own listings only`() async throws {
        let (o, slow) = try await slowOutlet()
        o.pass(301)
        #expect(try listed(o).isEmpty)
        let meter = o.meter!
        let refresh = Task { await meter.refreshCatalog() }
        while try listed(o).isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        #expect(try listed(o) == ["at-280"])
        // Again: the quick one is asked, the slow one is not asked twice.
        o.provider.set { $0.offers = [] }
        await meter.refreshCatalog(of: "local")
        #expect(try listed(o).isEmpty && slow.hanging == 1)
        slow.letGo()
        await refresh.value
        #expect(try listed(o) == ["slow"])
    }

    @Test func `the loops launch while one hangs a minute`() async throws {
        let (o, slow) = try await slowOutlet()
        defer { slow.letGo() }
        let (meter, bell) = (o.meter!, try BellListener(path: o.context.settings.bellPath))
        let start = ContinuousClock.now
        let loops = Task { try await meter.run(bell: bell) }
        let id = try o.launch()
        while try o.rental(id).status != .running {
            try #require(ContinuousClock.now - start < .seconds(45), "the launch waits for the slow provider")
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(slow.hanging >= 1)
        loops.cancel()
        try await loops.value
    }

    @Test func `a slot that was taken is not offered until the provider says that there are more`()
        async throws
    {
        let o = try await Outlet()
        o.provider.set { $0.offers[0] = Offer(last: $0.offers[0]) }
        await o.meter.refreshCatalog()
        _ = try o.launch()
        _ = await o.meter.carryOutDueEffects()
        #expect(try listed(o).isEmpty)
        #expect(throws: LaunchRefusal.self) { try o.launch() }
        await o.meter.refreshCatalog()
        #expect(try listed(o) == ["at-280"])
    }
}

extension Offer {
    /// The same, of which one is free.
    fileprivate init(last offer: Offer) {
        self = offer
        free = 1
    }
}
