import CSupport
import Domain
import Foundation
import GRDB

/// One connection to the outlet's SQLite file; it belongs to one thread at a time.
///
/// Every write transaction, and every checkpoint, holds `<path>.lock` by flock, on account of the WAL-reset race of
/// SQLite before 3.51.3; nothing checkpoints by itself. Reads never wait.
package final class Database: @unchecked Sendable {
    // Unchecked: GRDB's queue serialises what the compiler cannot see.
    package let path: String
    private let connection: Connection

    private enum Connection {
        case own(DatabaseQueue, WriteLock)
        case joined(SQLiteSession)  // A write transaction that is open already.
    }

    /// Opens or makes the file.
    /// - Throws: `DatabaseError` when the file cannot be opened, is not a database, or is not ours to write.
    package init(path: String, durable: Bool = true) throws {
        self.path = path
        let lock = try WriteLock(path: path + ".lock")
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            guard outlet_sqlite_harden(UnsafeMutableRawPointer(database.sqliteConnection!)) == 0 else {
                throw DatabaseError(message: "SQLite refuses its defensive settings")
            }
            let settings = [
                "journal_mode=WAL", "wal_autocheckpoint=0", "synchronous=\(durable ? "FULL" : "OFF")",
                "foreign_keys=ON",
                "recursive_triggers=ON", "cell_size_check=ON",
            ]
            for setting in settings { try database.execute(sql: "PRAGMA \(setting)") }
        }
        let queue = try lock.exclusively { try DatabaseQueue(path: path, configuration: configuration) }
        connection = .own(queue, lock)
    }

    private init(path: String, joining session: SQLiteSession) {
        self.path = path
        connection = .joined(session)
    }

    /// SQLite itself refuses a write in here (`query_only`).
    package func read<Answer>(_ body: (any ReadSession) throws -> Answer) throws -> Answer {
        switch connection {
        case .own(let queue, _): try queue.read { try body(SQLiteSession(database: $0)) }
        case .joined(let session): try body(session)
        }
    }

    /// Runs `body` as one transaction under the write lock; whatever it throws undoes all of it.
    package func write<Answer>(_ body: (any Transaction) throws -> Answer) throws -> Answer {
        try writeSchema { try body($0) }
    }

    /// Runs `body` in one write transaction, with a database that stands for this one: whatever operations read and
    /// write through it belongs to the transaction. One of their writes that throws undoes itself alone; when `body`
    /// throws, nothing has happened. Meant for `body` only; there, this database itself would wait for its own lock.
    package func joined<Answer>(_ body: (Database, any Transaction) throws -> Answer) throws -> Answer {
        try writeSession { try body(Database(path: path, joining: $0), $0) }
    }

    /// A write transaction that may also run whole scripts; for migrations.
    func writeSchema<Answer>(_ body: (any SchemaTransaction) throws -> Answer) throws -> Answer {
        try writeSession { try body($0) }
    }

    private func writeSession<Answer>(_ body: (SQLiteSession) throws -> Answer) throws -> Answer {
        var answer: Answer?
        switch connection {
        case .own(let queue, let lock):
            try lock.exclusively {
                try queue.writeWithoutTransaction { database in
                    try database.inTransaction(.immediate) {
                        answer = try body(SQLiteSession(database: database))
                        return .commit
                    }
                }
            }
        case .joined(let session):
            try session.database.inSavepoint {
                answer = try body(session)
                return .commit
            }
        }
        return answer!
    }

    /// Moves the write-ahead log into the file and empties it; never waits for a reader. Only the meter calls it.
    package func checkpoint() throws {
        guard case .own(let queue, let lock) = connection else {
            preconditionFailure("no checkpoint inside a transaction")
        }
        try lock.exclusively {
            try queue.writeWithoutTransaction { database in
                _ = try GRDB.Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
        }
    }
}
