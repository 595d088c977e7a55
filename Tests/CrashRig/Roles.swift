import ArgumentParser
import CrashBench
import Domain
import Foundation
import Operations
import Storage
import TestSupport

/// A whole outlet in this process, until it is killed or has done all its acts. A full disk refuses acts; any other
/// fault ends it.
struct LifeRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "life")
    @OptionGroup var options: Options
    @Option var acts = 2_000

    func run() async throws {
        var life = PatientLife(of: try options.bench(), seed: options.seed)
        for _ in 0..<acts { try await life.act() }
        print("refused \(life.refused)")
    }
}

/// What outlet-api does, for a while or until it is killed; then says how it went.
struct RentersRole: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "renters")
    @OptionGroup var options: Options
    @Option var seconds = 3_600.0

    func run() throws {
        let bench = try options.bench()
        var renters = try Renters(of: bench, in: bench.open(), seed: options.seed)
        let end = ContinuousClock.now + .seconds(seconds)
        var acts = 0
        while ContinuousClock.now < end {
            try renters.act()
            acts += 1
        }
        let waits = renters.waits.map { Int($0 / .microseconds(1)) }.map(String.init).joined(separator: " ")
        print("acts \(acts)\nwaits \(waits)")
    }
}

/// What outlet-meter does. One that is not needed, or has lost its lease, tries again.
struct MeterRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "meter")
    @OptionGroup var options: Options
    @Option var seconds = 3_600.0
    @Flag var moods = false

    func run() async throws {
        let bench = try options.bench()
        let context = try bench.open()
        let end = ContinuousClock.now + .seconds(seconds)
        var (leases, ticks, dice) = (0, 0, Dice(seed: options.seed))
        while ContinuousClock.now < end {
            do {
                let meter = try bench.meter(in: context, moods: moods ? options.seed : nil)
                leases += 1
                for _ in 0..<20 where ContinuousClock.now < end {
                    try await meter.tick()
                    ticks += 1
                }
            } catch is LeaseRefusal {
                // Mostly long enough for the other one to get something done.
                usleep(dice.pick([2_000, 300_000, 1_000_000, 2_000_000])!)
            }
        }
        print("leases \(leases)\nticks \(ticks)")
    }
}

/// Looks at the books while everybody works: in each view of them, all must agree.
struct AuditRole: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "audit")
    @OptionGroup var options: Options
    @Option var seconds: Double

    func run() throws {
        let context = try options.bench().open()
        let end = ContinuousClock.now + .seconds(seconds)
        var views = 0
        while ContinuousClock.now < end {
            let wrong = try context.database.read { session in
                try session.row(
                    "SELECT 'a sum of ' || SUM(balance_cents) AS wrong FROM account HAVING SUM(balance_cents) <> 0"
                )
                    ?? session.row(
                        "SELECT 'below zero: ' || id AS wrong FROM account WHERE user_id IS NOT NULL AND balance_cents < 0"
                    )
                    ?? session.row(
                        """
                        SELECT 'not its newest line: ' || f.user_id AS wrong
                          FROM wallet_funds f
                          JOIN ledger_entry e ON e.seq = (SELECT MAX(seq) FROM ledger_entry WHERE user_id = f.user_id)
                         WHERE e.available_after_cents + e.reserved_after_cents <> f.available_cents + f.reserved_cents
                        """)
            }
            if let wrong { throw TestFault(wrong.text("wrong")) }
            views += 1
            usleep(10_000)
            if views % 50 == 0, case let faults = try context.verify().faults, !faults.isEmpty {
                throw TestFault("\(faults)")
            }
        }
        print("views \(views)")
    }
}

/// Commits as fast as it can, and looks each time for its last commit; or checkpoints all the time.
struct RaceRole: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "race")
    @OptionGroup var options: Options
    @Option var seconds: Double
    @Flag var checkpoints = false

    func run() throws {
        let bench = try options.bench()
        if checkpoints, options.withoutLock {
            print("checkpoints \(Faults.checkpointPassively(bench.settings.databasePath, seconds: seconds))")
            return
        }
        let database = try Database(path: bench.settings.databasePath, durable: options.syncs)
        let user = try database.read { try $0.row("SELECT MIN(id) AS id FROM renter")!.text("id") }
        let end = ContinuousClock.now + .seconds(seconds)
        var (count, dice) = (0, Dice(seed: options.seed))
        while ContinuousClock.now < end {
            if checkpoints { try database.checkpoint() } else { try commit(count, as: user, to: database) }
            count += 1
            if dice.chance(30) { usleep(UInt32(dice.roll(0...200))) }
        }
        print(checkpoints ? "checkpoints \(count)" : "acknowledged \(count)")
    }

    /// Commit number `count`: one row for each, in a table with an index.
    private func commit(_ count: Int, as user: String, to database: Database) throws {
        let (route, blob) = ("race \(options.seed)", [UInt8](repeating: 0, count: 32))
        try database.write { transaction in
            for (key, isThere) in [("\(route) \(count - 1)", count > 0), ("\(route) \(count)", false)] {
                let row = try transaction.row(
                    "SELECT 1 AS one FROM idempotency WHERE user_id = \(user) AND key = \(key)")
                guard (row != nil) == isThere else { throw TestFault("LOST: \(key) after \(count) commits") }
            }
            try transaction.run(
                """
                INSERT INTO idempotency (user_id, key, route, body_hash, started_at_s)
                VALUES (\(user), \("\(route) \(count)"), \(route), \(blob), \(count))
                """)
        }
    }
}
