import Foundation

/// A value that one thread at a time has, for what all threads ask with each request.
///
/// Whoever asks while nobody has it gets it. `Mutex` hands itself to whoever has waited longest instead: once a thread
/// loses its processor inside, the others queue up, and from then on each call is a change of threads.
package final class Guarded<Value>: @unchecked Sendable {
    // Unchecked: `value` is touched under `lock` only.
    private let lock = NSLock()
    private var value: Value

    package init(_ value: sending Value) { self.value = value }

    package func withLock<Answer>(_ body: (inout Value) throws -> Answer) rethrows -> Answer {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
