import Domain
import Providers
import TestSupport
import Testing

@testable import Operations

@Suite(.serialized) struct `An adopted pod` {
    @Test func `has the term at its provider renewed at once, then each hour, and no more when it has ended`()
        async throws
    {
        let o = try await Outlet(wallet: 50_000)
        await o.sell([.market("a", cents: 200)])
        let label = o.label(ID(o.store.world.newULID()))
        let endpoint = Endpoint(
            host: "127.0.0.1", port: BannerServer.port, user: "root", hostKeyFingerprint: nil)
        o.provider.set { $0.pods[label] = .running(endpoint) }
        o.pass(1_800)
        let pod = Pod(
            label: label, upstreamID: "up-\(label)", state: .running(endpoint), offerKey: "a")
        let rate = try #require(HourlyRate(centsPerHour: 200))
        let terms = AdoptionTerms(user: o.user, rate: rate, since: o.store.clock.now)
        let id = try o.context.adopt(pod, at: "local", terms).id

        func term() async -> Seconds? {
            await o.meter.checkUpstream()
            return o.provider.now.expiries[label].map { $0 - o.store.clock.now }
        }
        #expect(await term() == upstreamTerm)
        o.pass(3_000)
        #expect(await term() == upstreamTerm - Seconds(3_000), "an hour has not passed")
        o.pass(1_000)
        #expect(await term() == upstreamTerm)
        _ = try o.context.stop(id, by: o.user)
        try await o.meter.tick()
        o.pass(4_000)
        #expect(await term() == upstreamTerm - Seconds(4_000), "nothing keeps an ended pod")
        try o.verify()
    }
}
