import Glibc
import Synchronization

/// Ends connections whose peer is too slow, however it is slow: a timeout of one read does not help against a
/// byte a second.
final class Deadlines: Sendable {
    private let ends = Mutex<[Int32: ContinuousClock.Instant]>([:])  // By the connection's descriptor.

    /// Runs `body` with `connection`, which is shut down when it takes longer than `limit`. It is open until `body`
    /// has ended, so a number that the system gives to another connection is never hit.
    func within<Answer, Failure: Error>(
        _ limit: Duration, _ connection: Int32, _ body: () throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        ends.withLock { $0[connection] = .now + limit }
        defer { ends.withLock { $0[connection] = nil } }
        return try body()
    }

    /// Shuts down what is past its time; again and again by the server.
    func enforce() {
        let now = ContinuousClock.now
        ends.withLock { ends in
            for (connection, end) in ends where end <= now { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }
}
