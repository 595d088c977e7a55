import Foundation
import Glibc

/// Ends connections whose peer is too slow, however it is slow: a timeout of one read does not help against a
/// byte a second. It keeps a duplicate of the descriptor, so that a number used again for another connection is never hit.
final class Deadlines: Sendable {
    private struct Entry {
        let duplicate: Int32
        let at: ContinuousClock.Instant
    }

    private let lock = NSLock()
    // By the connection's descriptor; under `lock`.
    nonisolated(unsafe) private var entries: [Int32: Entry] = [:]

    /// Runs `body` with `connection`, which is shut down when it takes longer than `limit`.
    func within<Answer, Failure: Error>(
        _ limit: Duration, _ connection: Int32, _ body: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        let duplicate = fcntl(connection, F_DUPFD_CLOEXEC, 0)
        // Out of descriptors; the socket's own timeouts still hold.
        guard duplicate >= 0 else { return try body() }
        lock.withLock { entries[connection] = Entry(duplicate: duplicate, at: .now + limit) }
        defer {
            lock.withLock { entries[connection] = nil }
            close(duplicate)
        }
        return try body()
    }

    /// Shuts down what is past its time; again and again by the server.
    func enforce() {
        let now = ContinuousClock.now
        lock.withLock {
            for entry in entries.values where entry.at <= now { shutdown(entry.duplicate, Int32(SHUT_RDWR)) }
        }
    }
}
