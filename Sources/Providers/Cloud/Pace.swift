import Domain
import Synchronization

/// How fast one account may be called: token buckets by name, each refilled at a steady rate, and paused when the
/// provider says that it was too fast. A call names the buckets that it takes a token from.
final class Pace: Sendable {
    struct Bucket: Sendable {
        let interval: Duration  // Between two calls in the long run.
        let burst: Int  // How many may come at once after a rest.

        init(every interval: Duration, burst: Int = 1) {
            precondition(burst > 0, "somebody may call")
            self.interval = interval
            self.burst = burst
        }
    }

    private struct Level {
        var spentUntil: ContinuousClock.Instant  // Each call moves it on by one interval.
        var pausedUntil: ContinuousClock.Instant
        var refusals = 0  // In a row.
    }

    private let buckets: [String: Bucket]
    private let levels: Mutex<[String: Level]>
    private let clock: CloudClock

    /// The longest that a provider can send us away for.
    static let longestPause = Duration.seconds(3_600)

    init(_ buckets: [String: Bucket], clock: CloudClock = .live) {
        self.buckets = buckets
        self.clock = clock
        let start = clock.now()
        levels = Mutex(buckets.mapValues { _ in Level(spentUntil: start, pausedUntil: start) })
    }

    /// Waits for a token of each bucket.
    /// - Throws: `ProviderFault.rateLimited` at once, taking none, when that would take longer than `patience`.
    func wait(for names: [String], patience: Duration) async throws {
        let end = clock.now() + patience
        let start = try reserve(names, until: end)
        try await sleep(until: start)
        while let pause = pause(of: names) {  // It began while this call waited.
            guard pause <= end else { throw rateLimited(until: pause) }
            try await sleep(until: pause)
        }
    }

    private func reserve(_ names: [String], until end: ContinuousClock.Instant) throws
        -> ContinuousClock.Instant
    {
        let now = clock.now()
        let start = levels.withLock { levels in
            let start = names.reduce(now) { start, name in
                let bucket = buckets[name]!
                let level = levels[name]!
                return max(start, level.pausedUntil, level.spentUntil - bucket.interval * (bucket.burst - 1))
            }
            guard start <= end else { return start }
            for name in names {
                levels[name]!.spentUntil = max(levels[name]!.spentUntil, start) + buckets[name]!.interval
            }
            return start
        }
        guard start <= end else { throw rateLimited(until: start) }
        return start
    }

    private func pause(of names: [String]) -> ContinuousClock.Instant? {
        let now = clock.now()
        let last = levels.withLock { levels in names.map { levels[$0]!.pausedUntil }.max() }
        return last.flatMap { $0 > now ? $0 : nil }
    }

    private func sleep(until instant: ContinuousClock.Instant) async throws {
        let left = instant - clock.now()
        if left > .zero { try await clock.sleep(left) }
    }

    private func rateLimited(until instant: ContinuousClock.Instant) -> ProviderFault {
        .rateLimited(after: Seconds(max((instant - clock.now()).components.seconds + 1, 1)))
    }

    /// The provider refused a call as too early: nobody takes from these buckets for as long as it says. Where it does
    /// not say: 1, 2, 4, … 60 s, varied.
    func pause(_ names: [String], for told: Duration?) {
        let now = clock.now()
        let jitter = clock.jitter()
        levels.withLock { levels in
            for name in names {
                let refusals = min(levels[name]!.refusals, 6)
                let usual = min(Duration.seconds(1 << refusals), .seconds(60))
                let wait = told.map { min($0, Self.longestPause) } ?? usual * (0.5 + jitter / 2)
                levels[name]!.pausedUntil = max(levels[name]!.pausedUntil, now + wait)
                levels[name]!.refusals += 1
            }
        }
    }

    /// The provider took a call.
    func taken(_ names: [String]) {
        levels.withLock { levels in for name in names { levels[name]!.refusals = 0 } }
    }
}
