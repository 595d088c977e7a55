import Domain
import Operations
import Providers
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct `The meter` {
    @Test(arguments: [10, 3_600] as [Int64])
    func `an empty wallet ends two pods at the same second, however late the meter is`(late: Int64)
        async throws
    {
        let o = try await Outlet(wallet: 700)
        let (a, b) = (try await o.launched(), try await o.launched())
        let end = try #require(try o.context.meter(of: a, user: o.user)?.exhaustsAt)
        try await o.run(for: 3_600)
        o.pass((end - o.store.clock.now).count + late)
        try await o.meter.tick()
        o.pass(1)
        try await o.meter.tick()
        for id in [a, b] {
            let view = try o.rental(id)
            #expect(view.status == .stopped && view.stopReason == .walletEmpty && view.stoppedAt == end)
            #expect(view.totalCharged == view.price.price(of: end - view.runningSince!))
        }
        #expect(try o.balance().total <= Cents(1))
        try o.verify()
    }

    @Test func `a late auto-stop bills to its own second`() async throws {
        let o = try await Outlet()
        let id = try await o.launched { $0.autoStopAfter = Seconds(600) }
        try await o.run(for: 590)
        o.pass(2_000)
        try await o.meter.tick()
        #expect(try o.rental(id).stopReason == .autoStop)
        #expect(try o.rental(id).totalCharged == HourlyRate(centsPerHour: 280)!.price(of: Seconds(600)))
        try o.verify()
    }

    @Test func `a dark provider: no second is billed unconfirmed, and later proof catches up`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        try await o.run(for: 600)
        o.provider.set { $0.isDark = true }
        try await o.run(for: 3_600)
        #expect(try o.rental(id).totalCharged == HourlyRate(centsPerHour: 280)!.price(of: Seconds(600)))
        try o.verify()
        o.provider.set { $0.isDark = false }
        o.pass(10)
        try await o.meter.tick()
        #expect(try o.rental(id).totalCharged == HourlyRate(centsPerHour: 280)!.price(of: Seconds(4_210)))
        try o.verify()
    }

    @Test func `what a silent provider may yet prove is not spent on anything else`() async throws {
        let o = try await Outlet(wallet: 600)
        let id = try await o.launched()
        try await o.run(for: 3_600)
        o.provider.set { $0.isDark = true }
        try await o.run(for: 3_000)
        #expect(throws: AdjustmentRefusal.self) {
            try o.context.adjust(o.user, by: Cents(-200), note: "out", actor: "test")
        }
        o.provider.set { $0.isDark = false }
        o.pass(10)
        try await o.meter.tick()
        #expect(try o.rental(id).totalCharged == HourlyRate(centsPerHour: 280)!.price(of: Seconds(6_610)))
        try o.verify()
    }

    @Test func `a dark provider does not keep a launch beyond its deadline`() async throws {
        let o = try await Outlet()
        o.provider.set { $0.answer["at-280"] = .lost }
        let id = try o.launch()
        try await o.meter.tick()
        o.provider.set { $0.isDark = true }
        o.pass(1_201)
        try await o.meter.tick()
        #expect(try o.rental(id).status == .failed)
        o.provider.set { $0.isDark = false }
        for _ in 0..<5 {
            o.pass(61)
            try await o.meter.tick()
        }
        #expect(o.provider.now.pods.isEmpty)
        try o.verify()
    }

    @Test func `a termination is repeated until the pod is gone`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        o.provider.set { $0.slowTerminations = 3 }
        _ = try o.context.stop(id, by: o.user)
        for wait in [0, 1, 2, 4] as [Int64] {
            o.pass(wait)
            #expect(try o.rental(id).status == .stopping)
            try await o.meter.tick()
        }
        #expect(try o.rental(id).status == .stopped)
        #expect(o.provider.now.terminates.count == 4)
        try o.verify()
    }

    @Test func `one meter at a time, and one whose lease was taken writes nothing`() async throws {
        let o = try await Outlet()
        #expect(throws: LeaseRefusal.self) { try Lease.take(in: o.context) }
        try o.context.database.write {
            _ = try $0.run("UPDATE lease SET epoch = epoch + 1 WHERE name = 'meter'")
        }
        #expect(throws: LeaseRefusal.self) { try o.meter.report() }
        await #expect(throws: LeaseRefusal.self) { try await o.meter.tick() }
    }

    @Test func `a pod that is not in the books is left alone`() async throws {
        let o = try await Outlet()
        let stranger = o.context.labelPrefix + "stranger-1"
        o.provider.set { $0.pods[stranger] = .pending }
        try await o.meter.tick()
        #expect(o.provider.now.pods[stranger] == .pending && o.provider.now.terminates.isEmpty)
    }

    @Test func `closing an account ends what runs, also when its money has just ended`() async throws {
        let o = try await Outlet(wallet: 560)
        let ids = [try await o.launched(), try await o.launched()]
        o.pass(4_000)
        await o.meter.watch()
        try o.context.closeUser(o.user)
        try await o.meter.tick()
        #expect(try ids.allSatisfy { try o.rental($0).status == .stopped })
        #expect(o.provider.now.pods.isEmpty)
        try o.verify()
    }
}
