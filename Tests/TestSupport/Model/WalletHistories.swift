import Foundation

/// Many histories, in the order of their seeds, on benches that are renewed before they grow old.
package struct WalletHistories {
    private var benches: [Int64: (bench: HistoryBench, histories: Int)] = [:]
    package private(set) var tally = HistoryTally()

    package init() {}

    /// How much a launch reserves: each seed has its own.
    private static let holds: [Int64] = [3_600, 600, 60]

    /// A history beside the model.
    /// - Throws: `Broken`.
    package mutating func run(seed: UInt64) async throws {
        try await onBench(for: seed) { try await WalletHistory.run(seed: seed, on: $0) }
    }

    /// A life under two schedules of ticks.
    /// - Throws: `Broken`.
    package mutating func cut(seed: UInt64) async throws {
        try await onBench(for: seed) { bench in
            try await CutLife.run(seed: seed, on: bench)
            var tally = HistoryTally()
            tally.add("lives cut twice")
            return tally
        }
    }

    private mutating func onBench(
        for seed: UInt64, _ tell: (HistoryBench) async throws -> HistoryTally
    ) async throws {
        let hold = Self.holds[Int(seed % 3)]
        var (bench, histories) = try benches[hold] ?? (HistoryBench(holdSeconds: hold), 0)
        tally += try await tell(bench)
        histories += 1
        if histories == 100 {
            try verify(bench, seed: seed)
            (bench, histories) = (try HistoryBench(holdSeconds: hold), 0)
        }
        benches[hold] = (bench, histories)
    }

    /// Recomputes the books of the benches in use. `seed` is the newest.
    package func verify(seed: UInt64) throws {
        for (bench, _) in benches.values { try verify(bench, seed: seed) }
    }

    private func verify(_ bench: HistoryBench, seed: UInt64) throws {
        let report = try bench.context.verify()
        guard report.isSound else {
            throw Broken(seed: seed, story: ["up to 300 before"], claim: "verify says \(report.faults)")
        }
    }
}

/// The seeds that `OUTLET_SEED` names, such as `17` or `1000...5000`, else `usual`; in slices of `slice`.
package func askedSeeds(_ usual: ClosedRange<UInt64>, slice: UInt64) -> [ClosedRange<UInt64>] {
    let asked = (ProcessInfo.processInfo.environment["OUTLET_SEED"] ?? "")
        .split(separator: "...").compactMap { UInt64($0) }
    var seeds = usual
    if let first = asked.first, let last = asked.last, first <= last { seeds = first...last }
    return stride(from: seeds.lowerBound, through: seeds.upperBound, by: Int(slice)).map {
        $0...min($0 + slice - 1, seeds.upperBound)
    }
}
