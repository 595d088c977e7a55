import Domain
@testable import Operations
import Providers
import Testing

/// What a call that never answers may hold up: itself.
@Suite(.serialized) struct `A silent provider` {
    private static let short = CallLimits(
        offers: .milliseconds(50), create: .milliseconds(50), list: .milliseconds(50), get: .milliseconds(50),
        terminate: .milliseconds(50), log: .milliseconds(50))

    /// The outlet with a new meter, for which the calls named hang.
    private func silence(
        _ outlet: Outlet, _ calls: Set<SilentProvider.Call>, limits: CallLimits = Self.short
    ) throws -> SilentProvider {
        let silent = SilentProvider(outlet.provider, silent: calls)
        try outlet.startMeter(limits: limits, provider: silent)
        return silent
    }

    @Test func `one pod that is not answered for holds up no other's heartbeat`() async throws {
        let o = try await Outlet()
        let (a, b) = (try await o.launched(), try await o.launched())
        let silent = try silence(o, [.get(o.label(a))])
        defer { silent.letGo() }
        let before = o.store.clock.now
        o.pass(10)
        await o.meter.watch()
        #expect(try o.context.meter(of: a, user: o.user)?.lastHeartbeatAt == before)
        #expect(try o.context.meter(of: b, user: o.user)?.lastHeartbeatAt == o.store.clock.now)
    }

    @Test func `the next round does not wait for a pod of the one before`() async throws {
        let o = try await Outlet()
        let (a, b) = (try await o.launched(), try await o.launched())
        let silent = try silence(o, [.get(o.label(a))], limits: CallLimits(get: .seconds(600)))
        let meter = o.meter!
        let first = Task { await meter.watch() }
        while silent.hanging == 0 || meter.inWatch.withLock({ $0 }) != [a] { await Task.yield() }
        o.pass(15)
        await meter.watch()
        #expect(try o.context.meter(of: b, user: o.user)?.lastHeartbeatAt == o.store.clock.now)
        #expect(silent.hanging == 1)
        silent.letGo()
        await first.value
    }

    @Test func `a late answer confirms the second at which it was asked for`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        let silent = try silence(o, [.get(o.label(id))], limits: CallLimits(get: .seconds(600)))
        o.pass(10)
        let (meter, asked) = (o.meter!, o.store.clock.now)
        let watch = Task { await meter.watch() }
        while silent.hanging == 0 { await Task.yield() }
        o.pass(25)
        silent.letGo()
        await watch.value
        #expect(try o.context.meter(of: id, user: o.user)?.lastHeartbeatAt == asked)
    }

    @Test func `a pod is terminated though its log never comes`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        let silent = try silence(o, [.log(o.label(id))])
        defer { silent.letGo() }
        _ = try o.context.stop(id, by: o.user)
        _ = await o.meter.carryOutDueEffects()
        #expect(o.provider.now.pods.isEmpty)
        #expect(try o.rental(id).status == .stopped)
    }

    @Test func `a create without an answer is not sent again, and its pod is found by the label`()
        async throws
    {
        let o = try await Outlet()
        let silent = try silence(o, [.create])
        let id = try o.launch()
        _ = await o.meter.carryOutDueEffects()
        #expect(try o.context.attempts(of: id).map(\.outcome) == ["unknown"])
        silent.letGo()
        while o.provider.now.pods.isEmpty { await Task.yield() }
        o.pass(5)
        try await o.meter.tick()
        #expect(try o.rental(id).status == .running)
        #expect(o.provider.now.creates == [o.label(id)])
        try o.verify()
    }

    @Test func `a pod that appears after its rental was given up goes with the next sweep`() async throws {
        let o = try await Outlet()
        let silent = try silence(o, [.create])
        let id = try o.launch()
        _ = await o.meter.carryOutDueEffects()
        for wait in [5, 10, 45, 61] as [Int64] {
            o.pass(wait)
            try await o.meter.tick()
        }
        #expect(try o.rental(id).status == .failed)
        silent.letGo()
        while o.provider.now.pods.isEmpty { await Task.yield() }
        await o.meter.sweep()
        _ = await o.meter.carryOutDueEffects()
        #expect(o.provider.now.pods.isEmpty)
        #expect(try o.balance().available == Cents(1_000))
        try o.verify()
    }

    /// The calls that hang here do so for longer than any test; whatever goes on goes on beside them.
    private static let patient = CallLimits(
        offers: .seconds(600), list: .seconds(600), terminate: .seconds(600))

    /// A pod is launched, confirmed, settled and ended, while something else hangs.
    private func expectALife(_ o: Outlet, _ silent: SilentProvider) async throws {
        let id = try o.launch()
        _ = await o.meter.carryOutDueEffects()
        #expect(try o.rental(id).status == .running)
        o.pass(30)
        await o.meter.watch()
        #expect(try o.context.meter(of: id, user: o.user)?.lastHeartbeatAt == o.store.clock.now)
        try o.meter.settleDue()
        _ = try o.context.stop(id, by: o.user)
        _ = await o.meter.carryOutDueEffects()
        #expect(try o.rental(id).status == .stopped)
        #expect(try o.rental(id).totalCharged == HourlyRate(centsPerHour: 280)!.price(of: Seconds(30)))
        try o.meter.report()
        try o.meter.tidy()
        #expect(silent.hanging == 1)
        try o.verify()
    }

    @Test func `a termination that hangs is sent once, and holds up nothing else`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        let silent = try silence(o, [.terminate(o.label(id))], limits: Self.patient)
        _ = try o.context.stop(id, by: o.user)
        let meter = o.meter!
        let hanging = Task { await meter.carryOutDueEffects() }
        while silent.hanging == 0 { await Task.yield() }
        try await expectALife(o, silent)
        #expect(try o.rental(id).status == .stopping)
        silent.letGo()
        _ = await hanging.value
        #expect(try o.rental(id).status == .stopped && o.provider.now.pods.isEmpty)
        #expect(o.provider.now.terminates.filter { $0 == o.label(id) }.count == 1)
        try o.verify()
    }

    @Test func `a list that hangs holds up the pod that is looked for in it, and nothing else`()
        async throws
    {
        let o = try await Outlet()
        o.provider.set { $0.answer = ["at-280": .lost] }
        let lost = try o.launch()
        _ = await o.meter.carryOutDueEffects()
        o.provider.set { $0.answer = [:] }
        let silent = try silence(o, [.list], limits: Self.patient)
        o.pass(5)  // Now it is looked for by its label.
        let meter = o.meter!
        let hanging = Task { await meter.carryOutDueEffects() }
        while silent.hanging == 0 { await Task.yield() }
        try await expectALife(o, silent)
        #expect(try o.rental(lost).status == .provisioning)
        silent.letGo()
        _ = await hanging.value
        #expect(try o.rental(lost).status == .running)
        #expect(o.provider.now.creates.filter { $0 == o.label(lost) }.count == 1)
        try o.verify()
    }

    @Test func `offers that hang hold up nothing, and what was offered is sold until it is too old`()
        async throws
    {
        let o = try await Outlet()
        let silent = try silence(o, [.offers], limits: Self.patient)
        let meter = o.meter!
        let hanging = Task { await meter.refreshCatalog() }
        while silent.hanging == 0 { await Task.yield() }
        try await expectALife(o, silent)
        o.pass(300)
        try o.meter.report()
        #expect(throws: LaunchRefusal.self) { try o.launch() }
        silent.letGo()
        await hanging.value
        _ = try await o.launched()
        try o.verify()
    }

    @Test func `one that leaves 32 calls open is not asked further until one comes back`() async throws {
        let o = try await Outlet()
        let silent = SilentProvider(o.provider, silent: [.list])
        let punctual = PunctualProvider(silent, limits: CallLimits(list: .milliseconds(1)))
        for _ in 0..<PunctualProvider.mostAbandoned {
            await #expect(throws: ProviderFault.self) { try await punctual.list(labelPrefix: "") }
        }
        await #expect(throws: ProviderFault.self) { try await punctual.offers() }
        silent.letGo()
        var offers: [Offer] = []
        while offers.isEmpty { offers = (try? await punctual.offers()) ?? [] }
    }
}

/// Bar 18 of the money rules: a provider that is dark for an hour.
@Suite(.serialized) struct `An hour in the dark` {
    @Test func `bills no unconfirmed second, and stops are delivered within a minute of the light`()
        async throws
    {
        let o = try await Outlet(wallet: 2_000)
        let (a, b) = (try await o.launched(), try await o.launched { $0.autoStopAfter = Seconds(1_800) })
        try await o.run(for: 600)
        o.provider.set { $0.isDark = true }
        try await o.run(for: 900)
        let stop = try o.context.stop(a, by: o.user)
        let proven = HourlyRate(centsPerHour: 280)!.price(of: Seconds(600))
        #expect(stop.finalCharged == proven)
        try await o.run(for: 2_700)
        #expect(try o.rental(a).totalCharged == proven && o.rental(b).totalCharged == proven)
        o.provider.set { $0.isDark = false }
        var waited = 0
        while !o.provider.now.pods.isEmpty, waited < 600 {
            waited += 1
            o.pass(1)
            _ = await o.meter.carryOutDueEffects()
        }
        #expect(waited <= 60)
        #expect(try o.rental(a).totalCharged == proven)
        // The other was seen alive when the light came back: it ran up to its auto-stop.
        #expect(try o.rental(b).totalCharged == HourlyRate(centsPerHour: 280)!.price(of: Seconds(1_800)))
        try o.verify()
    }
}
