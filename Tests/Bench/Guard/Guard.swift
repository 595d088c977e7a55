import Domain
import Foundation
import TestSupport

extension OutletBench {
    /// Counts the instructions of each read, of a wallet's settlement and of whole programs, and holds them against those
    /// that were recorded, so that speed does not leak away; or records them anew.
    func countInstructions(_ report: Report, recording: Bool) throws {
        guard Callgrind.isInstalled else {
            return report.note("skipped: valgrind is not installed (apt-get install valgrind)")
        }
        let counts = try instructions(with: Callgrind()).merging(starts()) { $1 }
        if recording { return try record(counts, report) }
        let recorded = try Self.recorded()
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
            guard let before = recorded[name] else {
                throw TestFault("\(name) has no count yet: scripts/bench guard --record")
            }
            report.tell(
                "guard", "\(name), instructions", Series([Double(count)], unit: "of \(before) recorded"),
                goal: .atMost(Double(before) * 1.15))
        }
    }

    private func instructions(with callgrind: Callgrind) throws -> [String: Int] {
        /// The difference is what the further ones take: no start, no first look at anything.
        func ofOne(_ arguments: [String]) throws -> Int {
            let few = try callgrind.instructions(arguments + ["--times=50"])
            return try (callgrind.instructions(arguments + ["--times=150"]) - few) / 100
        }
        let reads = try Reads()
        var counts: [String: Int] = [:]
        for call in reads.calls {
            let cookie = call.cookie.map { ["--sid=\($0)"] } ?? []
            counts[call.name] = try ofOne(
                ["drive", "--config=\(reads.outlet.configuration)", "--target=\(call.path)"] + cookie)
        }
        let due = try BenchOutlet()
        _ = try due.populate(
            wallets: 200, rentalsEach: 5, cents: 100_000, since: due.now() - Seconds(3_700))
        counts["settlement of a wallet with 5 rentals"] = try ofOne(
            ["drive-settlement", "--config=\(due.configuration)"])
        return counts
    }

    /// Programs from their start to their end, with nothing to do.
    private func starts() throws -> [String: Int] {
        let help = try Callgrind("outletctl").instructions(["--help"])
        let (meter, outlet) = (try Callgrind("outlet-meter"), try BenchOutlet())
        let tick = ["tick", "--config", outlet.configuration]
        _ = try meter.instructions(tick)  // The first one takes a snapshot.
        return ["outletctl --help": help, "outlet-meter tick, nothing due": try meter.instructions(tick)]
    }

    private func record(_ counts: [String: Int], _ report: Report) throws {
        let lines = counts.sorted { $0.key < $1.key }.map { "\($0.value)\t\($0.key)\n" }
        try lines.joined().write(toFile: Self.baseline, atomically: true, encoding: .utf8)
        report.note("recorded in \(Self.baseline):")
        for line in lines { report.note(line.trimmingCharacters(in: .newlines)) }
    }

    private static func recorded() throws -> [String: Int] {
        let lines = try String(contentsOfFile: baseline, encoding: .utf8).split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let sides = line.split(separator: "\t", maxSplits: 1)
                return (String(sides[1]), Int(sides[0])!)
            })
    }

    /// Instructions a request and what it asks for, a line each; of a release build.
    private static let baseline = Executables.packageFolder + "/Tests/Bench/Guard/instructions.tsv"
}
