import ArgumentParser
import Foundation
import Synchronization
import TestSupport

/// Random histories by the million; `scripts/soak` builds and starts it.
@main
struct OutletSoak: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outlet-soak", abstract: "Tells random histories to an outlet and to a model.")

    @Option(help: "How many.")
    var histories: UInt64 = 1_000_000

    @Option(help: "Stops after this many minutes.")
    var minutes: Double?

    @Option(help: "The first seed; without it, one by the clock.")
    var seed: UInt64?

    @Option(help: "How many at a time.")
    var jobs = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Lives under two schedules of ticks, instead of histories beside the model.")
    var cut = false

    func run() async throws {
        let first = seed ?? UInt64(Date().timeIntervalSince1970) * 1_000
        let end = minutes.map { ContinuousClock.now + .seconds($0 * 60) }
        let work = Work(seeds: first..<first + histories, end: end)
        print("seeds \(first) to \(first + histories - 1), \(jobs) at a time")
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<jobs { group.addTask { try await tellHistories(of: work, cut: cut) } }
                try await group.waitForAll()
            }
        } catch let broken as Broken {
            print("FAILED \(broken)")
            print("again: scripts/soak histories\(cut ? " --cut" : "") --seed \(broken.seed) --histories 1")
            throw ExitCode.failure
        }
        print(work.summary)
    }
}

private func tellHistories(of work: Work, cut: Bool) async throws {
    var histories = WalletHistories()
    var last: UInt64 = 0
    while let seed = work.next(), !Task.isCancelled {
        last = seed
        try await cut ? histories.cut(seed: seed) : histories.run(seed: seed)
        work.isDone()
    }
    try histories.verify(seed: last)
    work.add(histories.tally)
}

/// What is still to be told, and what was.
private final class Work: Sendable {
    private struct State {
        var next: UInt64
        var done = 0
        var tally = HistoryTally()
        var told = ContinuousClock.now
    }
    private let state: Mutex<State>
    private let seeds: Range<UInt64>
    private let start = ContinuousClock.now
    private let end: ContinuousClock.Instant?

    init(seeds: Range<UInt64>, end: ContinuousClock.Instant?) {
        (self.seeds, self.end) = (seeds, end)
        state = Mutex(State(next: seeds.lowerBound))
    }

    /// Nil when there are no more, or no more time.
    func next() -> UInt64? {
        state.withLock { state in
            guard state.next < seeds.upperBound, end.map({ .now < $0 }) ?? true else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    /// One more; tells the progress every ten seconds.
    func isDone() {
        state.withLock { state in
            state.done += 1
            guard .now - state.told >= .seconds(10) else { return }
            state.told = .now
            print("\(state.done) of \(seeds.count), \(elapsed) s")
        }
    }

    func add(_ tally: HistoryTally) { state.withLock { $0.tally += tally } }

    var summary: String {
        state.withLock { "\($0.done) histories without a difference in \(elapsed) s: \($0.tally.summary)" }
    }

    private var elapsed: Int64 { (ContinuousClock.now - start).components.seconds }
}
