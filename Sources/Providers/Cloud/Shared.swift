import Synchronization

/// One answer for all who ask at about the same time: a question that is asked while another is under way waits for
/// the next one. So each answer is younger than its question, and there are never more than two at once in mind.
final class Shared<Answer: Sendable>: Sendable {
    private struct State {
        var running: Task<Answer, any Error>?
        var waiting: Task<Answer, any Error>?
        var last: Answer?
    }

    private let state = Mutex(State())
    private let ask: @Sendable () async throws -> Answer

    init(_ ask: @escaping @Sendable () async throws -> Answer) { self.ask = ask }

    func answer() async throws -> Answer {
        let task = state.withLock { state in
            if let waiting = state.waiting { return waiting }
            let before = state.running
            let task = Task { [self] in
                _ = await before?.result
                begin()
                defer { end() }
                let answer = try await ask()
                self.state.withLock { $0.last = answer }
                return answer
            }
            state.waiting = task
            return task
        }
        return try await task.value
    }

    /// The newest answer, however old it is; nil before the first.
    var last: Answer? { state.withLock(\.last) }

    private func begin() {
        state.withLock { state in
            state.running = state.waiting
            state.waiting = nil
        }
    }

    private func end() {
        state.withLock { state in
            if state.waiting == nil { state.running = nil }
        }
    }
}

/// An answer that is good for a while.
final class Kept<Answer: Sendable>: Sendable {
    private let kept = Mutex<(answer: Answer, until: ContinuousClock.Instant)?>(nil)
    private let shared: Shared<Answer>
    private let time: Duration
    private let clock: CloudClock

    init(for time: Duration, clock: CloudClock, _ ask: @escaping @Sendable () async throws -> Answer) {
        self.time = time
        self.clock = clock
        shared = Shared(ask)
    }

    func answer() async throws -> Answer {
        if let kept = kept.withLock({ $0 }), kept.until > clock.now() { return kept.answer }
        let asked = clock.now()
        let answer = try await shared.answer()
        kept.withLock { $0 = (answer, asked + time) }
        return answer
    }
}
