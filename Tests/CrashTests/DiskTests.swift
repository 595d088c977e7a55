import CrashBench
import Foundation
import Operations
import TestSupport
import Testing

extension Crashes {
    /// Every write of a commit and of a checkpoint, and every sync.
    private static let writes = Point.storage.filter { !$0.isAfter }

    @Test(arguments: writes)
    func `an outlet stops at the first I/O error, raises the alarm, and works on once the books are checked`(
        point: Point
    )
        async throws
    {
        for round in 0..<Soak.count("DISK_FAULTS", or: 2) {
            let seed = UInt64(Soak.count("SEED", or: 1) + 20_000 + round)
            var dice = Dice(seed: seed)
            let outlet = try KilledOutlet()
            let trap = Trap(.ioError, at: point, occurrence: Int(dice.roll(1...24)))
            let exit = try outlet.start("life", seed: seed, trap: trap).waitForExit(within: 60)
            let place = "seed \(seed), \(point) \(trap.occurrence): \(outlet.logs)"
            try #require(exit == .status(74), "\(place)")
            let alarm = StorageAlarm(outlet.bench.settings)
            #expect(alarm.isRaised && outlet.logs.contains("storage failed: stopping"), "\(place)")
            do {
                try await outlet.putRight()
                #expect(!alarm.isRaised, "\(place)")
                try await outlet.end()
            } catch { throw TestFault("\(place)\n\(error)") }
        }
    }

    @Test(arguments: writes.filter { $0.step.hasSuffix("write") })
    func `an outlet refuses what does not fit on a full disk, and loses nothing of what did`(point: Point)
        async throws
    {
        for round in 0..<Soak.count("DISK_FAULTS", or: 2) {
            let seed = UInt64(Soak.count("SEED", or: 1) + 30_000 + round)
            var dice = Dice(seed: seed)
            let outlet = try KilledOutlet()
            let trap = Trap(
                .noSpace, at: point, occurrence: Int(dice.roll(1...24)), length: Int(dice.roll(1...60)))
            let life = try outlet.start("life", seed: seed, trap: trap, dies: false, more: ["--acts", "200"])
            let exit = life.waitForExit(within: 120)
            let place = "seed \(seed), \(point) \(trap): \(outlet.logs)"
            try #require(exit == .status(0), "\(place)")
            #expect(!StorageAlarm(outlet.bench.settings).isRaised, "\(place)")
            do {
                try await outlet.putRight()
                try await outlet.end()
            } catch { throw TestFault("\(place)\n\(error)") }
        }
    }

    @Test(.enabled(if: SmallDisk.problem == nil, "\(SmallDisk.problem ?? "")"))
    func `a small disk, full at every second act, loses nothing of what was told`() async throws {
        let outlet = try KilledOutlet()
        let acts = Soak.count("FULL_DISK_ACTS", or: 120)
        let result = try outlet.run(
            on: SmallDisk.arguments(at: outlet.folder["small"]), "full-disk", acts: acts)
        try #require(result.status == 0, "\(result)")
        let refused = try #require(outlet.figures("refused", in: result.output).first)
        #expect(refused > acts / 20, "\(result)")
        try await outlet.putRight()
        try await outlet.end()
        Soak.report("\(acts) acts on a small disk, \(refused) of them refused because it was full")
    }

    @Test(.enabled(if: SmallDisk.problem == nil, "\(SmallDisk.problem ?? "")"))
    func `a meter outlives a full disk, and reports again as soon as there is room`() throws {
        let times = Soak.count("FULL_METERS", or: 1)
        let outlet = try KilledOutlet(speed: 1)
        let result = try outlet.run(
            on: SmallDisk.arguments(at: outlet.folder["small"]), "meter-disk", acts: times)
        try #require(result.status == 0, "\(result)")
        #expect(outlet.figures("filled", in: result.output) == [times])
    }

    @Test(.enabled(if: SmallDisk.problem == nil, "\(SmallDisk.problem ?? "")"))
    func
        `backups on a disk that is full lose nothing, say so until it is over, and go on when there is room`()
        throws
    {
        let outlet = try KilledOutlet()
        let result = try outlet.run(
            on: SmallDisk.arguments(at: outlet.folder["small"]), "backup-disk", acts: 20)
        try #require(result.status == 0, "\(result)")
        #expect(try #require(outlet.figures("lines", in: result.output).first) > 0)
    }
}

/// A file system of a few MiB that only one process and its children see.
enum SmallDisk {
    static let problem: String? = {
        do {
            let folder = try ScratchFolder()
            let probe = try Command.run(unshare, Array(arguments(at: folder["small"]).dropFirst()) + ["true"])
            return probe.status == 0 ? nil : "no small file system can be mounted: \(probe.errors)"
        } catch { return "\(error)" }
    }()

    private static let unshare = "/usr/bin/unshare"

    /// The command line that mounts one at `path` and runs what follows.
    static func arguments(at path: String) -> [String] {
        [unshare] + (geteuid() == 0 ? [] : ["--user", "--map-root-user"]) + [
            "--mount", "--propagation", "private", "sh", "-c",
            #"mkdir -p "$0" && mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@""#, path,
        ]
    }
}
