import Configuration
import Domain
import Logging
import Providers
import Storage
import Synchronization

/// The one process that talks to providers. Its parts are what its loops do once; each may run at any time, twice,
/// or late. No provider is called inside a transaction.
package final class Meter: Sendable {
    let context: Context
    let providers: [String: any Provider]
    let lease: Lease
    let logger: Logger
    let inFlight = Mutex<Set<Int64>>([])  // Effects under way.
    let inWatch = Mutex<Set<ID<Rental>>>([])  // Rentals being asked after.
    let isDiskFull = Mutex(false)  // As far as the loops have met it.
    let inRefresh = Mutex<[String: Bool]>([:])  // Asked for offers now; true: once more after.
    let readinessDelays: [Duration]
    let backups: BackupKeeper
    let cards: CardPayments?  // Nil: this outlet takes none.
    let answersSSH: SSHProbe
    let probe: PodProbe
    let looks = Mutex<[Int64: Look]>([:])  // By attempt: at pods that are not accepted yet.
    let lookPause: Duration

    /// Whether an SSH server answers there.
    package typealias SSHProbe = @Sendable (Endpoint) async -> Bool

    /// Soon at first, since a local pod answers within a fraction of a second; after the last, `watch` goes on.
    package static let readinessDelays: [Duration] =
        [0, 20, 40, 80, 160, 320, 640, 1_000, 2_000, 2_000, 2_000].map { .milliseconds($0) }

    package init(
        context: Context, providers: [any Provider], lease: Lease, logger: Logger,
        cards: CardPayments? = nil, readinessDelays: [Duration] = Meter.readinessDelays,
        limits: CallLimits = CallLimits(),
        answersSSH: @escaping SSHProbe = { endpoint in
            (try? await SSHBanner.read(host: endpoint.host, port: endpoint.port, timeout: .seconds(2))) != nil
        },
        probe: PodProbe = .openSSH, lookPause: Duration = .seconds(10)
    ) {
        self.probe = probe
        self.lookPause = lookPause
        self.readinessDelays = readinessDelays
        self.answersSSH = answersSSH
        self.context = context
        self.providers = Dictionary(
            uniqueKeysWithValues: providers.map { ($0.code, PunctualProvider($0, limits: limits)) })
        self.lease = lease
        self.logger = logger
        self.cards = cards
        backups = BackupKeeper(context: context, logger: logger)
    }

    /// A write that only the holder of the lease may make. When it turns out that there is nothing to write, the time is
    /// not written either.
    func write<Answer>(_ body: (any Transaction, Instant) throws -> Answer) throws -> Answer {
        try context.database.write(
            after: { transaction in
                try lease.check(in: transaction)
                return try context.stamp(in: transaction)
            }, body)
    }

    /// Tells that somebody meters, and moves the billing clock.
    package func report() throws {
        try context.database.write { transaction in
            try tickClock(in: transaction)
            let now = try context.nowMilliseconds(in: transaction)
            try lease.renew(in: transaction, at: now)
            try transaction.run(
                """
                INSERT INTO meter_state (id, reported_at_ms, started_at_ms, holder) VALUES (1, \(now), \(now), \(lease.holder))
                ON CONFLICT (id) DO UPDATE SET reported_at_ms = excluded.reported_at_ms, holder = excluded.holder
                """)
        }
    }

    private func tickClock(in transaction: any Transaction) throws {
        let reading = context.environment.clocks()
        guard let clock = try transaction.billingClock() else {
            return try transaction.insert(BillingClock(startingAt: reading))
        }
        let runs = try transaction.row("SELECT 1 AS found FROM rental WHERE state = 'running' LIMIT 1") != nil
        let (ticked, stepped) = clock.ticked(at: reading, anythingRuns: runs)
        try transaction.update(ticked)
        guard let stepped else { return }
        logger.warning("clock stepped", metadata: ["by_ms": "\(stepped)", "boot": "\(ticked.bootID)"])
        try context.record(
            "clock.stepped", of: nil,
            "The wall clock moved by \(stepped) ms against billing time, which follows no step while pods run.",
            in: transaction)
    }

    /// Everything once, in the order that makes late settlement exact: what lives is confirmed before it is settled.
    package func tick() async throws {
        let start = ContinuousClock.now
        try report()
        await refreshCatalog()
        await watch()
        try settleDue()
        if await carryOutEverything() {
            await watch()
            try settleDue()
            await refreshCatalog()
        }
        await sweep()
        await topUpWallets()
        await followStripe()
        await checkUpstream()
        await deliverMail()
        if ContinuousClock.now - start > .seconds(1) { try report() }  // What it said at first is old by now.
        backups.follow()
        backups.snapshotIfDue()
        try tidy()  // At the end: the first write after it waits for the disk twice.
    }

    /// Effects until none is due; what is retried later stays. One that cannot be written back, without the lease or on
    /// a full disk, stays due for ever: a round of nothing else is the last.
    /// - Returns: whether there was any.
    private func carryOutEverything() async -> Bool {
        var isAny = false
        while await carryOutDueEffects() > 0 { isAny = true }
        return isAny
    }
}
