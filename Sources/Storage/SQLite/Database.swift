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
            try StatementGuard.set(true, on: database)
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
        try writeSession { try body($0) }
    }

    /// Runs `body` in one write transaction, with a database that stands for this one: whatever operations read and
    /// write through it belongs to the transaction. One of their writes that throws undoes itself alone; when `body`
    /// throws, nothing has happened. Meant for `body` only; there, this database itself would wait for its own lock.
    package func joined<Answer>(_ body: (Database, any Transaction) throws -> Answer) throws -> Answer {
        try writeSession { try body(Database(path: path, joining: $0), $0) }
    }

    /// A write transaction that may change the schema and run whole scripts; for migrations.
    func writeSchema<Answer>(_ body: (any SchemaTransaction) throws -> Answer) throws -> Answer {
        try exclusively { database in
            try StatementGuard.set(false, on: database)
            defer { try? StatementGuard.set(true, on: database) }
            return try transact(in: database) { try body($0) }
        }
    }

    /// Moves the write-ahead log into the file and empties it; never waits for a reader. Only the meter calls it.
    package func checkpoint() throws {
        try exclusively { _ = try GRDB.Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    }

    private func writeSession<Answer>(_ body: (SQLiteSession) throws -> Answer) throws -> Answer {
        guard case .joined(let session) = connection else {
            return try exclusively { try transact(in: $0, body) }
        }
        var answer: Answer?
        try session.database.inSavepoint {
            answer = try body(session)
            return .commit
        }
        return answer!
    }

    /// With the write lock, and outside of any transaction.
    private func exclusively<Answer>(_ body: (GRDB.Database) throws -> Answer) throws -> Answer {
        guard case .own(let queue, let lock) = connection else {
            preconditionFailure("a transaction is open: no other begins, no migration, no checkpoint")
        }
        return try lock.exclusively { try queue.writeWithoutTransaction(body) }
    }

    private func transact<Answer>(
        in database: GRDB.Database, _ body: (SQLiteSession) throws -> Answer
    ) throws -> Answer {
        var answer: Answer?
        try database.inTransaction(.immediate) {
            answer = try body(SQLiteSession(database: database))
            return .commit
        }
        return answer!
    }
}
