import Domain
import Operations
import Providers
import Storage
import TestSupport
import Testing

@Suite struct `The sweep` {
    /// A minute passes, and the meter sweeps and does what it ordered.
    private func sweep(_ o: Outlet, after seconds: Int64 = 60) async throws {
        o.pass(seconds)
        try o.meter.report()
        await o.meter.sweep()
        _ = await o.meter.carryOutDueEffects()
    }

    /// A label that is not in the books, of a rental asked for when they began or `seconds` later.
    private func newLabel(_ o: Outlet, after seconds: Int64 = 0, site: String = "test") throws -> String {
        let launch = try o.context.database.read { try $0.booksBegan() } + Seconds(seconds)
        let rental = ULID(milliseconds: launch.secondsSince1970 * 1_000)
        return PodLabel(site: site, rental: ID(rental), number: 1).description
    }

    @Test
    func `a look that finds all as it should be writes nothing, and one that finds something writes when`()
        async throws
    {
        let o = try await Outlet()
        _ = try await o.launched()
        o.pass(60)
        try o.meter.report()
        try o.meter.tidy()
        #expect(o.context.database.logBytes == 0)
        await o.meter.sweep()
        #expect(o.context.database.logBytes == 0, "a commit would wait for the disk")

        o.provider.set { $0.pods[$0.pods.keys.sorted()[0]] = nil }
        o.pass(60)
        await o.meter.sweep()
        let clock = try o.context.database.read { try $0.billingClock() }
        #expect(o.context.database.logBytes > 0)
        #expect(clock.map { Instant(milliseconds: $0.billing) } == o.store.clock.now)
    }

    @Test func `a pod that was made although its create was refused goes, and the next one stays`()
        async throws
    {
        let o = try await Outlet(prices: [280, 290])
        o.provider.set { $0.answer["at-280"] = .madeAndRefused }
        let id = try await o.launched { $0.maxPrice = HourlyRate(centsPerHour: 300) }
        try await sweep(o)
        #expect(o.provider.now.pods.keys.sorted() == [o.label(id, 2)])
        #expect(try o.rental(id).status == .running)
        try o.verify()
    }

    @Test func `a pod that appears after its rental has failed goes on sight`() async throws {
        let o = try await Outlet()
        o.provider.set { $0.answer["at-280"] = .lostAndNotMade }
        let id = try o.launch()
        for _ in 0..<6 {
            try await o.meter.tick()
            o.pass(61)
        }
        #expect(try o.rental(id).status == .failed)
        o.provider.makeReady(o.label(id))
        try await sweep(o)
        #expect(o.provider.now.pods.isEmpty)
        #expect(try o.balance().total == Cents(1_000))
    }

    @Test func `a pod that comes back from the dead goes again, however often`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        _ = try o.context.stop(id, by: o.user)
        try await o.meter.tick()
        for _ in 0..<3 {
            #expect(try o.rental(id).status == .stopped)
            o.provider.makeReady(o.label(id))
            try await sweep(o)
            #expect(o.provider.now.pods.isEmpty)
        }
        try o.verify()
    }

    @Test func `a pod that one list hides is not missed`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        for _ in 0..<4 {  // In every other list.
            o.provider.set { [label = o.label(id)] in $0.hidden = [label] }
            try await sweep(o)
            o.provider.set { $0.hidden = [] }
            try await sweep(o)
        }
        #expect(try o.rental(id).status == .running)
    }

    @Test func `a pod that two complete lists lack is lost, unless its provider shows it by name`()
        async throws
    {
        let o = try await Outlet()
        let (kept, lost) = (try await o.launched(), try await o.launched())
        o.provider.set { [labels = [o.label(kept), o.label(lost)]] in $0.hidden = Set(labels) }
        o.provider.set { [label = o.label(lost)] in $0.pods[label] = nil }
        try await sweep(o)
        #expect(try o.rental(lost).status == .running)
        try await sweep(o)
        #expect(try o.rental(lost).stopReason == .providerLost)
        #expect(try o.rental(kept).status == .running)
        try o.verify()
    }

    @Test func `looks side by side, and a list that breaks off, count for nothing`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        o.provider.set { [label = o.label(id)] in $0.pods[label] = nil }
        for _ in 0..<3 { try await sweep(o, after: 9) }
        #expect(try o.rental(id).status == .running)
        o.provider.set { $0.listsAreCut = true }
        for _ in 0..<3 { try await sweep(o) }
        #expect(try o.rental(id).status == .running)
        o.provider.set { $0.listsAreCut = false }
        try await sweep(o)
        #expect(try o.rental(id).status == .failed)
    }

    @Test func `an unknown pod of this outlet is told, waited for, and then ended`() async throws {
        let o = try await Outlet()
        let label = try newLabel(o)
        o.provider.makeReady(label)
        for _ in 0..<20 { try await sweep(o) }
        #expect(o.provider.now.terminates.isEmpty)
        try await sweep(o)
        #expect(o.provider.now.terminates == [label] && o.provider.now.pods.isEmpty)
        let told = try o.context.database.read {
            try $0.rows("SELECT type FROM event WHERE type LIKE 'pod.%'")
        }
        #expect(told.map { $0.text("type") } == ["pod.unknown", "pod.ended"])
    }

    @Test func `an unknown pod that goes and returns is waited for anew`() async throws {
        let o = try await Outlet()
        let label = try newLabel(o)
        o.provider.makeReady(label)
        for _ in 0..<20 { try await sweep(o) }
        o.provider.set { $0.hidden = [label] }
        try await sweep(o)
        o.provider.set { $0.hidden = [] }
        for _ in 0..<20 { try await sweep(o) }
        #expect(o.provider.now.terminates.isEmpty)
    }

    @Test func `a pod older than the books is left until a person orders its end`() async throws {
        let o = try await Outlet()
        let label = try newLabel(o, after: -1)
        o.provider.makeReady(label)
        for _ in 0..<30 { try await sweep(o) }
        #expect(o.provider.now.terminates.isEmpty)
        #expect(try o.context.condemn(label, at: "local"))
        try await sweep(o)
        #expect(o.provider.now.pods.isEmpty)
    }

    @Test func `what is not this outlet's is never touched`() async throws {
        let o = try await Outlet()
        let strangers = [try newLabel(o, site: "other"), "postgres", o.context.labelPrefix + "stranger-1"]
        o.provider.set {
            $0.others = strangers.map { Pod(label: $0, upstreamID: "up-\($0)", state: .pending) }
        }
        for _ in 0..<30 { try await sweep(o) }
        #expect(o.provider.now.terminates.isEmpty)
    }

    @Test func `a twin of a live pod goes, and the live one stays`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        let twin = Pod(label: o.label(id), upstreamID: "twin", state: .pending)
        o.provider.set { $0.others = [twin] }
        try await sweep(o)
        #expect(o.provider.now.others == [twin])
        try await sweep(o)
        #expect(o.provider.now.others.isEmpty && o.provider.now.pods.count == 1)
        #expect(try o.rental(id).status == .running)
    }

    @Test func `restored books end, fail and make nothing until a person accepts them`() async throws {
        let o = try await Outlet()
        let (stopped, lost) = (try await o.launched(), try await o.launched())
        _ = try o.context.stop(stopped, by: o.user)
        o.provider.set { [label = o.label(lost)] in $0.pods[label] = nil }
        try o.context.database.write {
            try $0.insert(Restoration(snapshot: "s", reachedAt: o.store.clock.now, restoredAt: Instant(0)))
        }
        #expect(throws: LaunchRefusal.self) { try o.launch() }
        for _ in 0..<5 {
            o.pass(60)
            try await o.meter.tick()
        }
        #expect(o.provider.now.terminates.isEmpty && o.provider.now.pods.count == 1)
        #expect(try o.rental(lost).status == .running)
        #expect(try o.context.acceptRestoration())
        try await sweep(o)
        #expect(o.provider.now.pods.isEmpty)
        #expect(try o.rental(lost).status == .failed && o.rental(stopped).status == .stopped)
        try o.verify()
    }
}
