import Foundation

/// The worker threads of one server: how many are still there, and what ended one too early.
final class Crew: Sendable {
    private let condition = NSCondition()
    nonisolated(unsafe) private var present: Int  // These are touched under `condition` only.
    nonisolated(unsafe) private var firstFault: (any Error)?

    init(threads: Int) { present = threads }

    func leave(_ result: Result<Void, any Error>) {
        condition.withLock {
            present -= 1
            if case .failure(let error) = result, firstFault == nil { firstFault = error }
            condition.broadcast()
        }
    }

    var count: Int { condition.withLock { present } }
    var fault: (any Error)? { condition.withLock { firstFault } }

    /// Whether all have left, waiting up to `seconds` for it.
    func isEmpty(within seconds: TimeInterval) -> Bool {
        condition.withLock {
            let limit = Date(timeIntervalSinceNow: seconds)
            while present > 0, condition.wait(until: limit) {}
            return present == 0
        }
    }
}
