/// How an account waits. Tests have one that jumps.
struct CloudClock: Sendable {
    var now: @Sendable () -> ContinuousClock.Instant
    var sleep: @Sendable (Duration) async throws -> Void
    /// A number in 0..<1: what a wait is varied by, so that many that failed together do not come back together.
    var jitter: @Sendable () -> Double
    /// The most that any answer is waited for, whatever its call allows.
    var longestAnswer = Duration.seconds(120)

    static let live = CloudClock(
        now: { .now }, sleep: { try await Task.sleep(for: $0) }, jitter: { .random(in: 0..<1) })
}
