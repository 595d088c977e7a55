import CrashBench
import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

extension Crashes {
    @Test func `a crowd of processes moves money, and no total is ever wrong, no lock error reaches anybody`()
        async throws
    {
        let seconds = Soak.count("CROWD_SECONDS", or: 6)
        let outlet = try KilledOutlet(speed: 60)
        let time = ["--syncs", "--seconds", "\(seconds)"]
        func start(_ role: String, _ number: Int, host: Int = 0) throws -> RunningProcess {
            try outlet.start(
                role, seed: UInt64(number), dies: false, more: time + ["--host", "\(host)"])
        }
        let processes =
            try (1...4).map { try start("renters", $0) } + (1...2).map { try start("audit", $0) }
            + (1...Soak.count("METERS", or: 2)).map { try start("meter", $0, host: $0) }
        for process in processes {
            let exit = process.waitForExit(within: Double(seconds) * 4 + 60)
            #expect(exit == .status(0), "\(process.command): \(outlet.logs)")
        }
        try await outlet.putRight()
        try await outlet.end()
        #expect(outlet.figures("acts").reduce(0, +) > 0 && outlet.figures("ticks").reduce(0, +) > 0)
        let waits = outlet.figures("waits").sorted().map { $0 / 1_000 }
        func at(_ share: Double) -> Int { waits[min(waits.count - 1, Int(Double(waits.count) * share))] }
        Soak.report(
            """
            \(processes.count) processes, \(seconds) s: \(outlet.figures("acts").reduce(0, +)) operations, \
            \(outlet.figures("ticks").reduce(0, +)) ticks, \(outlet.figures("leases").reduce(0, +)) leases, \
            \(outlet.figures("views").reduce(0, +)) views; \(waits.count) writes waited, in ms: \
            p50 \(at(0.5)), p99 \(at(0.99)), worst \(at(1))
            """)
    }

    private static let ledgerOfOne = Task { try await MeteredHistory(meters: 1).ledger() }

    @Test(arguments: [2, 8])
    func `any number of meters at once leaves the ledger of one`(count: Int) async throws {
        let one = try await Self.ledgerOfOne.value
        #expect(one.count > 30, "\(one)")
        #expect(try await MeteredHistory(meters: count).ledger() == one)
    }

    @Test func `many write and checkpoint under the lock, and no commit is lost`() async throws {
        let seconds = Soak.count("RACE_SECONDS", or: 4)
        let race = try await race(seconds: seconds, withLock: true)
        #expect(race.faults.isEmpty, "\(race.faults)")
        #expect(race.rows == race.acknowledged && race.acknowledged > 0)
        Soak.report(
            """
            \(seconds) s of 6 writers and 2 checkpointers on SQLite \(race.version): \(race.acknowledged) commits, \
            \(race.checkpoints) checkpoints, \(race.acknowledged - race.rows) lost
            """)
    }

    /// Shows that the test above can fail where SQLite has the fault; for `scripts/soak`, which reports what it finds.
    @Test(.enabled(if: Soak.count("RACE_WITHOUT_LOCK", or: 0) > 0))
    func `what is lost without the lock is reported`() async throws {
        let seconds = Soak.count("RACE_WITHOUT_LOCK", or: 0)
        let race = try await race(seconds: seconds, withLock: false)
        Soak.report(
            """
            \(seconds) s without the lock on SQLite \(race.version): \(race.acknowledged) commits, \
            \(race.checkpoints) checkpoints, \(race.rows) rows, \(race.faults.count) faults: \
            \(race.faults.map { $0.prefix(100) })
            """)
    }

    private func race(seconds: Int, withLock: Bool) async throws -> Race {
        let outlet = try KilledOutlet()
        let writers = withLock ? 6 : 3  // Without it, few are faster than many.
        let processes = try (1...writers + 2).map { number in
            try outlet.start(
                "race", seed: UInt64(number), dies: false,
                more: ["--seconds", "\(seconds)"] + (number > writers ? ["--checkpoints"] : [])
                    + (withLock ? [] : ["--host", "\(number)", "--without-lock"]))
        }
        var race = Race()
        for process in processes {
            let exit = process.waitForExit(within: Double(seconds) * 4 + 60)
            if exit != .status(0) { race.faults.append("\(process.command): \(String(describing: exit))") }
        }
        if !race.faults.isEmpty { race.faults.append(outlet.logs) }
        race.acknowledged = outlet.figures("acknowledged").reduce(0, +)
        race.checkpoints = outlet.figures("checkpoints").reduce(0, +)
        let database = try Database(path: outlet.bench.settings.databasePath)
        try database.read { session in
            race.rows = Int(try session.row("SELECT COUNT(*) AS n FROM idempotency NOT INDEXED")!.int("n"))
            race.version = try session.row("SELECT sqlite_version() AS v")!.text("v")
            race.faults += try session.rows("PRAGMA integrity_check(3)").map { $0.text("integrity_check") }
                .filter { $0 != "ok" }
        }
        return race
    }

    private struct Race {
        var (acknowledged, rows, checkpoints) = (0, 0, 0)
        var version = ""
        var faults: [String] = []
    }
}
