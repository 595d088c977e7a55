import ArgumentParser
import CrashBench
import TestSupport

/// One process of a bench, for tests that kill it. It runs what the outlet's programs run, over a layer of faults that
/// they do not have.
@main
struct CrashRig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash-rig",
        subcommands: [
            LifeRole.self, FullDiskRole.self, BackupDiskRole.self, MeterDiskRole.self, RentersRole.self,
            MeterRole.self,
            MeterRole.self, AuditRole.self, RaceRole.self,
        ])
}

struct Options: ParsableArguments {
    @Option(help: "The bench.") var folder: String
    @Option(help: "Of all chance in here.") var seed: UInt64 = 1
    @Option(help: "Of the clock: milliseconds in one.") var speed: Int64 = 0
    @Option(help: "Where pods answer.") var port = 0
    @Option(help: "As seen from another machine than 0.") var host = 0
    @Option(help: "Where the books are, when not on the bench.") var data: String?
    @Flag(help: "Each host has a write lock of its own: to see what the lock is for.") var withoutLock = false
    @Option(help: "What goes wrong: kill, tear, power-cut, io-error, no-space.") var act: String?
    @Option(help: "Where, such as before:wal.sync.") var at = "before:wal.write"
    @Option(help: "At which passing of that point.") var occurrence = 1
    @Option(help: "How many times in a row.") var length = 1
    @Flag(help: "Really sync, as the outlet's programs do.") var syncs = false

    /// The bench, with the faults in place.
    func bench() throws -> Bench {
        Faults.install(trap: try trap(), syncs: syncs)
        return try Bench(
            folder: folder, speed: speed, port: port, host: host, sharesLock: !withoutLock, data: data)
    }

    private func trap() throws -> Trap? {
        guard let act else { return nil }
        guard let act = Trap.Act(rawValue: act), let point = Point(at) else {
            throw ValidationError("no trap: \(act) \(at)")
        }
        return Trap(act, at: point, occurrence: occurrence, length: length)
    }
}
