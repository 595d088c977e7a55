import Glibc
import Synchronization

/// Ends connections whose peer is too slow, however it is slow: a timeout of one read does not help against a
/// byte a second.
final class Deadlines: Sendable {
    /// What one thread is at. Each has a place of its own, so that no thread waits for another with each request.
    final class Place: Sendable {
        private let current = Mutex<(connection: Int32, end: ContinuousClock.Instant)?>(nil)

        /// Runs `body` with `connection`, which is shut down when it takes longer than `limit`. It is open until `body`
        /// has ended, so a number that the system gives to another connection is never hit.
        func within<Answer, Failure: Error>(
            _ limit: Duration, _ connection: Int32, _ body: () throws(Failure) -> Answer
        ) throws(Failure) -> Answer {
            current.withLock { $0 = (connection, .now + limit) }
            defer { current.withLock { $0 = nil } }
            return try body()
        }

        fileprivate func enforce(at now: ContinuousClock.Instant) {
            current.withLock { current in
                if let current, current.end <= now { shutdown(current.connection, Int32(SHUT_RDWR)) }
            }
        }
    }

    private let places: [Place]

    init(threads: Int) { places = (0..<threads).map { _ in Place() } }

    /// Of the thread with this number, from 0.
    subscript(thread: Int) -> Place { places[thread] }

    /// Shuts down what is past its time; again and again by the server.
    func enforce() {
        let now = ContinuousClock.now
        for place in places { place.enforce(at: now) }
    }
}
