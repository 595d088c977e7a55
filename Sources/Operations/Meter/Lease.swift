import CSupport
import Domain
import Foundation
import Glibc
import Storage

/// One meter at a time: a lock file on this host, and a row with a fencing number for several hosts. Whoever loses
/// the row stops; chained intervals and unique causes make even a lost race harmless.
package final class Lease: Sendable {
    package let epoch: Int64
    package let holder: String
    private let descriptor: Int32

    /// How long a meter of another host is waited for.
    private static let term: Int64 = 15_000

    private init(epoch: Int64, holder: String, descriptor: Int32) {
        self.epoch = epoch
        self.holder = holder
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// - Throws: `LeaseRefusal` when another meter works; `LockFault` when the lock file cannot be made.
    package static func take(in context: Context) throws -> Lease {
        let descriptor = open(context.settings.meterLockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LockFault(operation: "open \(context.settings.meterLockPath)", code: errno)
        }
        guard outlet_flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw LeaseRefusal.heldHere
        }
        let host = ProcessInfo.processInfo.hostName
        let holder = "\(host):\(getpid())"
        do {
            let epoch = try context.database.write { transaction in
                _ = try context.stamp(in: transaction)
                let now = try context.nowMilliseconds(in: transaction)
                guard
                    let row = try transaction.row(
                        "SELECT epoch, holder, expires_at_ms FROM lease WHERE name = 'meter'")
                else {
                    try transaction.run(
                        """
                        INSERT INTO lease (name, epoch, holder, expires_at_ms) VALUES ('meter', 1, \(holder), \(now + term))
                        """)
                    return Int64(1)
                }
                // On this host the lock file is proof that the holder is gone.
                guard row.text("holder").hasPrefix(host + ":") || row.int("expires_at_ms") < now else {
                    throw LeaseRefusal.heldElsewhere(row.text("holder"))
                }
                let epoch = row.int("epoch") + 1
                try transaction.run(
                    """
                    UPDATE lease SET epoch = \(epoch), holder = \(holder), expires_at_ms = \(now + term) WHERE name = 'meter'
                    """)
                return epoch
            }
            return Lease(epoch: epoch, holder: holder, descriptor: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// - Throws: `LeaseRefusal.lost` when another meter has taken over.
    func check(in session: any ReadSession) throws {
        let row = try session.row("SELECT epoch FROM lease WHERE name = 'meter'")
        guard row?.int("epoch") == epoch else { throw LeaseRefusal.lost }
    }

    func renew(in transaction: any Transaction, at now: Int64) throws {
        try check(in: transaction)
        try transaction.run("UPDATE lease SET expires_at_ms = \(now + Self.term) WHERE name = 'meter'")
    }
}

/// Why this meter must not work.
package enum LeaseRefusal: Error, CustomStringConvertible, Sendable {
    case heldHere
    case heldElsewhere(String)
    case lost

    package var description: String {
        switch self {
        case .heldHere: "another meter works on this data already"
        case .heldElsewhere(let holder): "the meter \(holder) holds the lease"
        case .lost: "another meter has taken the lease"
        }
    }
}
