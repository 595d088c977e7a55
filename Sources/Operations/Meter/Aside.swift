import Foundation

/// Runs what blocks on a thread of its own: the meter's loops share few, and need them.
func aside<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async -> Answer {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}
