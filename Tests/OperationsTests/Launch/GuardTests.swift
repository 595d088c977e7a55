import Domain
import Providers
import Storage
import Testing

@testable import Operations

@Suite(.serialized) struct `Guards` {
    private func outlet(_ hours: Int64 = 24) async throws -> Outlet {
        let o = try await Outlet(wallet: 50_000) {
            $0.terms["local"] = .init(minimumRunway: Seconds(hours * 3_600))
        }
        await o.sell([.market("a", cents: 200), .market("b", cents: 300)])
        return o
    }

    private func setBalance(_ o: Outlet, dollars: Int64) async {
        o.provider.set { $0.balance = ProviderBalance(microDollars: dollars * 1_000_000) }
        await o.meter.checkUpstream()
    }

    @Test func `launches pause while the operator's money is short, and resume`() async throws {
        let o = try await outlet()
        await setBalance(o, dollars: 100)
        // 24 hours of $2 are $48; of both pods together $96; of $3 alone $72.
        #expect(try o.listed() == ["a", "b"])
        let id = try await o.launched()
        #expect(try o.listed() == ["a"])
        await setBalance(o, dollars: 47)
        #expect(try o.listed().isEmpty)
        #expect(throws: LaunchRefusal.self) { try o.launch() }
        #expect(try o.events("provider.launches_paused").count == 1)
        await setBalance(o, dollars: 46)
        #expect(try o.events("provider.launches_paused").count == 1)
        #expect(try o.rental(id).status == .running)
        await setBalance(o, dollars: 500)
        #expect(try o.events("provider.launches_resumed").count == 1)
        #expect(try o.listed() == ["a", "b"])
        let names = try o.context.figures().map(\.name)
        #expect(names.contains("outlet_upstream_balance_microdollars"))
        #expect(names.contains("outlet_upstream_runway_seconds"))
    }

    @Test func `what the whole account burns counts, where it is told`() async throws {
        let o = try await outlet()
        o.provider.set {
            $0.balance = ProviderBalance(
                microDollars: 100_000_000, spend: HourlyCost(microDollarsPerHour: 4_000_000))
        }
        await o.meter.checkUpstream()
        #expect(try o.listed().isEmpty)
    }

    @Test func `without a minimum nothing pauses`() async throws {
        let o = try await outlet(0)
        await setBalance(o, dollars: 0)
        #expect(try o.listed() == ["a", "b"])
    }

    @Test(arguments: [(2_020_000, false), (2_020_001, true), (1_000_000, false)] as [(Int64, Bool)])
    func `a pod that costs more than its quote is told once, and its renter pays what was agreed`(
        asked: Int64, isTold: Bool
    ) async throws {
        let o = try await outlet()
        o.provider.set { $0.rate = HourlyCost(microDollarsPerHour: asked) }
        let id = try await o.launched()
        await o.meter.checkUpstream()
        await o.meter.checkUpstream()
        #expect(try o.events("provider.rate_above_quote").count == (isTold ? 1 : 0))
        try await o.run(for: 3_600)
        #expect(try o.context.stop(id, by: o.user).finalCharged == Cents(200))
        try o.verify()
    }

    @Test func `a bill is held against the books, pod by pod`() async throws {
        let o = try await outlet()
        let (a, b) = (try await o.launched(), try await o.launched())
        let start = o.store.clock.now
        try await o.run(for: 4 * 3_600)
        _ = try o.context.stop(a, by: o.user)
        _ = try o.context.stop(b, by: o.user)
        try await o.meter.tick()
        o.pass(2 * 3_600)
        let end = start + Seconds(4 * 3_600)
        let charges = [
            ProviderCharge(
                upstreamID: "up-\(o.label(a))", label: nil, microDollars: 8_010_000, from: start, to: end),
            ProviderCharge(
                upstreamID: "someone", label: "x", microDollars: 5_000_000, from: start - .hour, to: end),
        ]
        let pods = try o.context.reconcile(charges, at: "local", since: start)
        #expect(pods.map(\.standing) == [.onlyOurs, .onlyTheirs, .matched])
        #expect(pods[0].label == o.label(b) && pods[0].ours == 8_000_000)
        #expect(pods[1].theirs == 4_000_000)  // Four of its five hours are in the window.
    }
}
