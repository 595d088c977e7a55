import CSupport
import Glibc

/// The one lock round every write and checkpoint of a database file.
///
/// Two files: who has just let go of the lock queues again behind those that wait, so nobody starves. Each turn opens
/// them for itself, since flock is between descriptors: threads of one process stand in line like any other.
struct WriteLock: Sendable {
    /// Of the lock; the queue for it is beside.
    let path: String

    /// - Throws: `LockFault` when a lock file cannot be made; what `body` throws.
    func exclusively<Answer>(_ body: () throws -> Answer) throws -> Answer {
        outlet_wait_begins()
        let lock = try queued()
        defer { letGo(lock) }
        return try body()
    }

    /// Whether somebody stands in line for the lock.
    var isWaitedFor: Bool {
        let queue = open(path + Self.queue, O_RDWR | O_CLOEXEC)
        guard queue >= 0 else { return false }
        let status = outlet_flock(queue, LOCK_EX | LOCK_NB)
        if status == 0 { letGo(queue) } else { close(queue) }
        return status == EWOULDBLOCK
    }

    private static let queue = ".queue"

    private func queued() throws -> Int32 {
        let queue = try taken(path + Self.queue)
        defer { letGo(queue) }
        return try taken(path)
    }

    /// Not by closing alone: a child that is just being started has a copy of the descriptor, and with it the lock.
    private func letGo(_ descriptor: Int32) {
        _ = outlet_flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private func taken(_ path: String) throws -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LockFault(operation: "open \(path)", code: errno) }
        let status = outlet_flock(descriptor, LOCK_EX)
        guard status == 0 else {
            close(descriptor)
            throw LockFault(operation: "flock \(path)", code: status)
        }
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
