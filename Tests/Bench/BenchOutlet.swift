import Configuration
import Domain
import Foundation
import Logging
import Operations
import Storage
import TestSupport

/// An outlet in a scratch folder with the machine's own clocks, and its configuration for the real programs.
final class BenchOutlet: Sendable {
    let folder: ScratchFolder
    let context: Context

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
        context = try Context.open(settings, .live(settings: settings))
    }

    var configuration: String { folder["outlet.yaml"] }

    /// The same outlet over connections of its own: another thread.
    func anotherContext() throws -> Context { try .open(context.settings, context.environment) }

    func meter(_ provider: BenchProvider = BenchProvider(), context: Context? = nil) throws -> Meter {
        let context = try context ?? anotherContext()
        return Meter(
            context: context, providers: [provider], lease: try Lease.takeAgain(in: context),
            logger: Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() }),
            answersSSH: { _ in true })
    }

    /// The outlet's time.
    func now() throws -> Instant { try context.database.read { try context.now(in: $0) } }

    /// Starts one of the outlet's programs on this data.
    func start(_ program: String, _ arguments: [String] = []) throws -> RunningProcess {
        try RunningProcess(
            Executables.path(program), arguments + ["--config", configuration],
            output: folder["logs/\(program).log"])
    }
}
