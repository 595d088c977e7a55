import ArgumentParser
import CrashBench
import Domain
import Foundation
import Operations
import TestSupport

/// A meter whose backups go to a small disk, which fills up and is emptied again. The books are elsewhere.
struct BackupDiskRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "backup-disk")
    @OptionGroup var options: Options
    @Option(help: "Before each look at the backups.") var acts: Int

    func run() async throws {
        guard let disk = options.data else { throw ValidationError("--data names the small disk") }
        let ballast = Ballast(on: disk)
        Faults.install(trap: nil, syncs: false)
        let bench = try Bench(folder: options.folder, speed: 0, port: options.port, backups: disk)
        let context = try bench.open()
        let meter = try bench.meter(in: context)
        var renters = try Renters(of: bench, in: try bench.open(), seed: options.seed)
        let folder = BackupFolder(path: disk)

        /// What the operator is told after some acts, a pause and a tick, which no trouble of backups may stop.
        func problem(after pause: Seconds) async throws -> String? {
            for _ in 0..<acts { try renters.act() }
            bench.clock.advance(by: pause)
            try await meter.tick()
            let left = try FileManager.default.contentsOfDirectory(atPath: disk).filter {
                $0.hasSuffix(".partial")
            }
            try hold(left.isEmpty, "half a file was left: \(left)")
            return try context.deadManFigure().backupProblem
        }

        let first = try await problem(after: Seconds(1))
        try hold(first == nil && folder.snapshots().count == 1, "with room: \(first ?? "no snapshot")")

        try ballast.fill(leaving: 0)
        let torn = try await problem(after: Seconds(10))
        try hold(
            torn?.hasPrefix("segment: ") == true && torn!.contains("No space"), "full: \(torn ?? "nothing")")
        let full = try await problem(after: .hour)
        try hold(full?.hasPrefix("snapshot: ") == true, "full for an hour: \(full ?? "nothing")")

        // Room for what is new, and not for a copy: being followed is no reason to forget that.
        try ballast.fill(leaving: 200_000)
        for _ in 0..<2 {
            let tight = try await problem(after: Seconds(10))
            try hold(tight?.contains("no room is left") == true, "tight: \(tight ?? "nothing")")
            try hold(try context.deadManFigure().backupAge! <= Seconds(10), "the segment is not followed")
        }
        try hold(folder.snapshots().count == 1, "the older snapshot is gone, or there is half of a new one")

        ballast.remove()
        let last = try await problem(after: Seconds(10))
        try hold(last == nil && folder.snapshots().count == 2, "with room again: \(last ?? "no snapshot")")
        try checkRestore(folder, bench, context)
    }

    /// From either snapshot the books come back whole.
    private func checkRestore(_ folder: BackupFolder, _ bench: Bench, _ context: Context) throws {
        let lines = try context.verify().linesChecked
        for snapshot in try folder.snapshots() {
            let target = "\(options.folder)/from-\(snapshot.name)"
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
            let report = try folder.restore(
                to: target, snapshot: snapshot.name, environment: try bench.environment())
            try hold(
                report.verification.isSound && report.remarks.isEmpty
                    && report.verification.linesChecked == lines, "restored from \(snapshot.name): \(report)")
        }
        print("lines \(lines)")
    }

    private func hold(_ condition: @autoclosure () throws -> Bool, _ claim: @autoclosure () -> String) throws
    {
        guard try condition() else { throw TestFault(claim()) }
    }
}
