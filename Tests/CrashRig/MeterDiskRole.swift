import ArgumentParser
import CrashBench
import Domain
import Foundation
import Operations
import Synchronization
import TestSupport

/// A meter's loops on a small disk that fills up, and is emptied again, some times over.
struct MeterDiskRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "meter-disk")
    @OptionGroup var options: Options
    @Option(help: "How often the disk fills up.") var acts: Int

    func run() async throws {
        let bench = try options.bench()
        let disk = bench.settings.dataDirectory
        let ballast = Ballast(on: disk)
        try copyBooks(["outlet.db", "ephemeral.db"], from: options.folder, to: disk)
        let context = try bench.open()
        let meter = try bench.meter(in: context)
        let end = End()
        let bell = try BellListener(path: bench.settings.bellPath)
        let work = Task {
            do { try await meter.run(bell: bell) } catch { end.reason.withLock { $0 = "\(error)" } }
        }
        defer { work.cancel() }

        /// Waits until it `holds` of the seconds since the meter reported, which it does as long as its loops run.
        func wait(for what: String, _ holds: (Int64) -> Bool) async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            while try !holds(context.health().meterAge?.count ?? .max) {
                if let reason = end.reason.withLock({ $0 }) { throw TestFault("the loops ended: \(reason)") }
                guard ContinuousClock.now < deadline else { throw TestFault("\(what) never came") }
                try await Task.sleep(for: .milliseconds(50))
            }
        }

        try await wait(for: "the first report") { $0 <= 1 }
        for _ in 0..<acts {
            // Again and again: the meter empties its log, which makes some room for a while.
            try await wait(for: "silence on the full disk") { silence in
                try? ballast.fill(leaving: 0)
                return silence >= 4
            }
            ballast.remove()
            try await wait(for: "a report once there is room") { $0 <= 1 }
        }
        let faults = try context.verify(pages: .full).faults
        guard faults.isEmpty else { throw TestFault("\(faults)") }
        print("filled \(acts)")
    }
}

/// Why the loops ended, if they did.
private final class End: Sendable {
    let reason = Mutex<String?>(nil)
}
