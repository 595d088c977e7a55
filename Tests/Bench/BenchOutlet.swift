import Configuration
import Domain
import Foundation
import Logging
import Operations
import Storage
import Synchronization
import TestSupport

/// An outlet in a scratch folder with the machine's own clocks, and its configuration for the real programs.
final class BenchOutlet: Sendable {
    let folder: ScratchFolder
    let context: Context
    private let skipped: Skipped

    init(threads: Int = 16, holdSeconds: Int = 3_600) throws {
        folder = try ScratchFolder()
        try folder.write(
            """
            site: bench
            publicUrl: http://127.0.0.1:8080
            api: {threads: \(threads)}
            billing: {holdSeconds: \(holdSeconds)}
            limits: {requestsPerMinute: 1000000, requestsPerHour: 10000000}
            providers:
              - code: local
                kind: local
                ports: 20000-20009
                offers: [{family: rtx-4090, region: US-East, regionCode: US, pricePerHourCents: 65, slots: 4}]

            """, to: "outlet.yaml")
        for name in ["run", "logs", "pods"] {
            try FileManager.default.createDirectory(atPath: folder[name], withIntermediateDirectories: true)
        }
        let settings = try Settings.load(path: folder["outlet.yaml"])
        let database = try Database(path: settings.databasePath)
        try database.migrate()
        var environment = try Environment.live(settings: settings)
        let (clocks, skipped) = (environment.clocks, Skipped())
        environment.clocks = { skipped.added(to: clocks()) }
        self.skipped = skipped
        context = try Context.open(settings, environment)
    }

    /// For this process, so much time passes at once.
    func skip(_ time: Seconds) { skipped.add(time.count * 1_000) }

    var configuration: String { folder["outlet.yaml"] }

    /// - Parameter context: another outlet than this one.
    func meter(_ provider: BenchProvider = BenchProvider(), in context: Context? = nil) throws -> Meter {
        let context = context ?? self.context
        return Meter(
            context: context, providers: [provider], lease: try Lease.takeAgain(in: context),
            logger: Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() }),
            answersSSH: { _ in true })
    }

    /// The outlet's time.
    func now() throws -> Instant { try context.database.read { try context.now(in: $0) } }

    /// What a query of one `number` finds.
    func count(_ query: SQL) throws -> Int {
        Int(try context.database.read { try $0.row(query)!.int("number") })
    }

    /// Starts one of the outlet's programs on this data.
    func start(_ program: String, _ arguments: [String] = []) throws -> RunningProcess {
        try RunningProcess(
            Executables.path(program), arguments + ["--config", configuration],
            output: folder["logs/\(program).log"])
    }
}

/// Time that nobody waits for, on both clocks.
private final class Skipped: Sendable {
    private let milliseconds = Atomic<Int64>(0)

    func add(_ time: Int64) { milliseconds.add(time, ordering: .relaxed) }

    func added(to reading: ClockReading) -> ClockReading {
        let time = milliseconds.load(ordering: .relaxed)
        return ClockReading(
            realtime: reading.realtime + time, boottime: reading.boottime + time, bootID: reading.bootID)
    }
}
