import CSupport
import Glibc
import Synchronization

/// The one lock round every write and checkpoint of a database file.
///
/// Two files: who has just let go of the lock queues again behind those that wait, so nobody starves. Threads that
/// share a connection share its descriptors, which flock cannot tell apart: a mutex orders them first.
final class WriteLock: Sendable {
    private let threads = Mutex<Void>(())
    private let lock: Int32
    private let queue: Int32

    /// - Throws: `LockFault` when a lock file cannot be made.
    init(path: String) throws {
        lock = try Self.open(path)
        queue = try Self.open(path + ".queue")
    }

    deinit {
        close(lock)
        close(queue)
    }

    func exclusively<Answer>(_ body: () throws -> Answer) throws -> Answer {
        try threads.withLock { _ in
            try take(queue)
            do { try take(lock) } catch { _ = outlet_flock(queue, LOCK_UN); throw error }
            _ = outlet_flock(queue, LOCK_UN)
            defer { _ = outlet_flock(lock, LOCK_UN) }
            return try body()
        }
    }

    private func take(_ descriptor: Int32) throws {
        let status = outlet_flock(descriptor, LOCK_EX)
        guard status == 0 else { throw LockFault(operation: "flock", code: status) }
    }

    private static func open(_ path: String) throws -> Int32 {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LockFault(operation: "open \(path)", code: errno) }
        return descriptor
    }
}

/// The lock of the database could not be had.
package struct LockFault: Error, CustomStringConvertible {
    package let operation: String
    package let code: Int32

    package init(operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    package var description: String { "\(operation): \(String(cString: strerror(code)))" }
}
