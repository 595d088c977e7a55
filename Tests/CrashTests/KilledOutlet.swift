import CrashBench
import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

/// An outlet whose processes this test kills, and puts right again with nothing but a meter's ticks.
final class KilledOutlet {
    let folder: ScratchFolder
    let bench: Bench
    private let speed: Int64
    private var started = 0
    private var kills = 0  // Processes that may have done one thing more than they told.

    /// - Parameter speed: see `SharedClock`.
    init(speed: Int64 = 0) throws {
        self.speed = speed
        folder = try ScratchFolder()
        for name in ["outlet.db", "ephemeral.db"] {
            try FileManager.default.copyItem(atPath: Self.filled[name], toPath: folder[name])
        }
        bench = try Bench(folder: folder.path, speed: speed, port: BannerServer.port, durable: false)
    }

    /// Books with renters, made once and copied.
    private static let filled: ScratchFolder = {
        do {
            let folder = try ScratchFolder()
            try Bench(folder: folder.path, speed: 0, port: 0, durable: false).fill()
            return folder
        } catch { fatalError("no books: \(error)") }
    }()

    /// - Parameter dies: whether it ends without telling what it did last.
    func start(
        _ role: String, seed: UInt64, trap: Trap? = nil, dies: Bool = true, more: [String] = []
    ) throws -> RunningProcess {
        if dies { kills += 1 }
        var arguments = [role, "--folder", folder.path, "--seed", "\(seed)", "--speed", "\(speed)"]
        arguments += ["--port", "\(BannerServer.port)"] + more
        if let trap {
            arguments += ["--act", trap.act.rawValue, "--at", "\(trap.point)"]
            arguments += ["--occurrence", "\(trap.occurrence)", "--length", "\(trap.length)"]
        }
        let log = folder["rig-\(started).log"]
        started += 1
        return try RunningProcess(Executables.path("crash-rig"), arguments, output: log)
    }

    /// Runs a role to its end below another command, with the books in the folder `small`.
    func run(on command: [String], _ role: String, acts: Int) throws -> Command.Result {
        try Command.run(
            command[0],
            Array(command.dropFirst()) + [
                Executables.path("crash-rig"), role, "--folder", folder.path, "--data", folder["small"],
                "--port", "\(BannerServer.port)", "--acts", "\(acts)", "--speed", "\(speed)",
            ], within: 600)
    }

    /// The numbers behind `name` in what the processes wrote.
    func figures(_ name: String, in output: String? = nil) -> [Int] {
        (output ?? logs).split(separator: "\n").filter { $0.hasPrefix(name + " ") }.flatMap {
            $0.split(separator: " ").dropFirst().compactMap { Int($0) }
        }
    }

    /// What the processes wrote.
    var logs: String { (0..<started).map { folder.read("rig-\($0).log") }.joined(separator: "\n") }

    /// One tick, and the books and the provider agree; some more, and nothing is under way any more.
    func putRight() async throws {
        let context = try bench.open()
        let meter = try bench.meter(in: context)
        try await meter.tick()
        try check(context)
        for _ in 0..<12 where try !isQuiet(context) {
            bench.clock.advance(by: Seconds(61))
            try await meter.tick()
        }
        try hold(isQuiet(context), "orders stay open: \(open(context))")
        try check(context)
    }

    /// Everybody stops, and nothing is left anywhere.
    func end() async throws {
        let context = try bench.open()
        for rental in try context.rentals(of: nil, filter: .all, cursor: nil, pageSize: 100_000).items
        where [.provisioning, .running].contains(rental.status) {
            // One that money has ended by now ends with the first of its wallet.
            do { _ = try context.stopByOperator(rental.id) } catch is StopRefusal {}
        }
        try await putRight()
        try hold(bench.provider.pods.isEmpty, "orphans: \(bench.provider.pods)")
        let reserved = try context.database.read {
            try $0.row("SELECT COALESCE(SUM(balance_cents), 0) AS n FROM account WHERE kind = 'hold'")!.int(
                "n")
        }
        try hold(reserved == 0, "\(reserved) cents are still held")
    }

    private func open(_ context: Context) throws -> [String] {
        try context.database.read { session in
            try session.rows(
                """
                SELECT kind || ' ' || rental_id || ' ' || COALESCE(error, '') AS text FROM effect
                 WHERE done_at_ms IS NULL
                UNION ALL
                SELECT state || ' ' || id || ' ' || provider FROM rental WHERE state IN ('provisioning', 'stopping')
                """
            ).map { $0.text("text") }
        }
    }

    private func isQuiet(_ context: Context) throws -> Bool { try open(context).isEmpty }
}

// What holds after every crash and one tick.
extension KilledOutlet {
    private func check(_ context: Context) throws {
        let report = try context.verify()
        try hold(report.isSound, "verify: \(report.faults)")
        try context.database.read { session in
            try checkTold(session)
            try checkPods(session)
        }
    }

    /// What renters were told is so; and only what nobody could be told any more was done besides.
    private func checkTold(_ session: any ReadSession) throws {
        var (launches, adjustments) = (0, 0)
        for line in bench.told.lines {
            let words = line.split(separator: " ").map(String.init)
            switch words[0] {
            case "launch":
                launches += 1
                try hold(
                    session.row("SELECT 1 AS one FROM rental WHERE id = \(words[1])") != nil, "lost: \(line)")
            case "stop":
                let row = try session.row(
                    "SELECT state, billed_s, rate_cents FROM rental WHERE id = \(words[1])")
                try hold(["stopping", "stopped"].contains(row?.text("state")), "lost: \(line)")
                let charged = row!.rate("rate_cents").price(of: row!.seconds("billed_s"))
                try hold("\(charged.count)" == words[2], "charged \(charged.count) in the end: \(line)")
            default:
                adjustments += 1
                let row = try session.row("SELECT amount_cents FROM ledger_entry WHERE id = \(words[1])")
                try hold(row?.int("amount_cents") == Int64(words[2])!, "lost: \(line)")
            }
        }
        let done = try session.row(
            """
            SELECT (SELECT COUNT(*) FROM rental)
                 + (SELECT COUNT(*) FROM ledger_entry WHERE type = 'adjustment') AS n
            """)!.int("n")
        let untold = Int(done) - launches - adjustments
        try hold((0...kills).contains(untold), "\(untold) operations more than told, after \(kills) kills")
    }

    /// Each create was carried out once at most; each pod that is up is somebody's, or on its way out.
    private func checkPods(_ session: any ReadSession) throws {
        let made = bench.provider.lines.filter { $0.hasPrefix("made ") }
        try hold(Set(made).count == made.count, "created twice: \(made)")
        for label in bench.provider.pods {
            let tracked = try session.row(
                """
                SELECT 1 AS one FROM attempt a JOIN rental r ON r.id = a.rental_id
                 WHERE a.label = \(label)
                   AND (r.state IN ('provisioning', 'running')
                        OR EXISTS (SELECT 1 FROM effect e
                                    WHERE e.attempt_id = a.id AND e.kind = 'terminate' AND e.done_at_ms IS NULL))
                """)
            try hold(tracked != nil, "nobody tracks \(label)")
        }
        let running = try session.rows(
            """
            SELECT a.label FROM rental r
              JOIN attempt a ON a.rental_id = r.id AND a.outcome = 'created'
             WHERE r.state = 'running'
            """)
        for row in running {
            try hold(
                bench.provider.pods.contains(row.text("label")), "billed without a pod: \(row.text("label"))")
        }
    }

    private func hold(_ condition: Bool, _ claim: @autoclosure () throws -> String) throws {
        guard condition else { throw TestFault("\(try claim())\n\(logs.suffix(4_000))") }
    }
}
