import Foundation
import Testing

/// Histories 1 to 60; `OUTLET_SEED=17` tells one of them again, `OUTLET_SEED=1000...5000` tells others.
private let seeds: [[UInt64]] = {
    let asked = (ProcessInfo.processInfo.environment["OUTLET_SEED"] ?? "1...60")
        .split(separator: "...").compactMap { UInt64($0) }
    guard let first = asked.first, let last = asked.last, first <= last else { return [] }
    let all = Array(first...last)
    return stride(from: 0, to: all.count, by: 20).map { Array(all[$0..<min($0 + 20, all.count)]) }
}()

@Suite struct `A random history` {
    @Test(arguments: seeds) func `loses no cent and leaves no pod`(seeds: [UInt64]) async {
        for seed in seeds {
            do { try await History(seed: seed).run(steps: 40) } catch { Issue.record(error) }
        }
    }
}
