import Domain
import GRDB
import Glibc

/// One connection to the outlet's SQLite file; it belongs to one thread at a time.
///
/// Every write transaction, and every checkpoint, holds `<path>.lock` by flock, on account of the WAL-reset race of
/// SQLite before 3.51.3; nothing checkpoints by itself. Reads never wait.
package final class Database: @unchecked Sendable {
    // Unchecked: its connections take turns where the compiler cannot see it.
    package let path: String
    private let connection: Connection

    private enum Connection {
        case own(OwnConnection)
        case reading(ReadConnection)
        case joined(SQLiteSession, OwnConnection)  // A write transaction of it that is open already.
    }

    /// Opens or makes the file.
    /// - Parameters:
    ///   - cacheKiB: how many pages it may keep in memory, to read and to write each.
    ///   - alarm: called at the first fault of the storage; from then on this connection does nothing more.
    /// - Throws: `DatabaseError` when the file cannot be opened, is not a database, or is not ours to write.
    package init(
        path: String, durable: Bool = true, cacheKiB: Int = 2_000,
        alarm: @escaping @Sendable (StorageFault) -> Void = { _ in }
    ) throws {
        self.path = path
        connection = .own(
            try OwnConnection(path: path, durable: durable, cacheKiB: cacheKiB, alarm: alarm))
    }

    /// Opens a file that nobody writes, such as a backup, and leaves it untouched.
    /// - Throws: `DatabaseError` when it is not there, or is not a database.
    package init(reading path: String) throws {
        self.path = path
        connection = .reading(try ReadConnection(path: path))
    }

    private init(path: String, joining session: SQLiteSession, of connection: OwnConnection) {
        self.path = path
        self.connection = .joined(session, connection)
    }

    /// SQLite itself refuses a write in here.
    /// - Throws: what `body` throws; `DatabaseError`; `StorageFault`.
    package func read<Answer>(_ body: (any ReadSession) throws -> Answer) throws -> Answer {
        switch connection {
        case .own(let connection): try connection.read { try body($0) }
        case .reading(let connection): try connection.read { try body($0) }
        case .joined(let session, let connection): try connection.watched { try body(session) }
        }
    }

    /// Runs `body` as one transaction under the write lock; whatever it throws undoes all of it.
    /// - Throws: what `body` throws; `DatabaseError`; `DiskFull`; `StorageFault`.
    package func write<Answer>(_ body: (any Transaction) throws -> Answer) throws -> Answer {
        try writeSession { try body($0) }
    }

    /// Writes what may be left out: on a full disk it answers nil, and nothing happened.
    package func writeIfThereIsRoom<Answer>(_ body: (any Transaction) throws -> Answer) throws -> Answer? {
        do { return try write(body) } catch is DiskFull { return nil }
    }

    /// Runs `body` in one write transaction, with a database that stands for this one: whatever operations read and
    /// write through it belongs to the transaction. One of their writes that throws undoes itself alone; when `body`
    /// throws, nothing has happened. Meant for `body` only; there, this database itself would wait for its own lock.
    package func joined<Answer>(_ body: (Database, any Transaction) throws -> Answer) throws -> Answer {
        try writeSession { session in
            let connection =
                if case .joined(_, let connection) = connection { connection } else { ownConnection }
            return try body(Database(path: path, joining: session, of: connection), session)
        }
    }

    /// A write transaction that may change the schema and run whole scripts; for migrations.
    func writeSchema<Answer>(_ body: (any SchemaTransaction) throws -> Answer) throws -> Answer {
        try ownConnection.write { session in
            try StatementGuard.set(false, on: session.database.sqliteConnection!)
            defer { try? StatementGuard.set(true, on: session.database.sqliteConnection!) }
            return try transact(in: session) { try body($0) }
        }
    }

    /// Outside of any transaction, of the write lock and of the guard: for what only reads, and the guard would refuse.
    func withoutGuard(_ body: (GRDB.Database) throws -> Void) throws {
        try ownConnection.withoutLock { database in
            try StatementGuard.set(false, on: database.sqliteConnection!)
            defer { try? StatementGuard.set(true, on: database.sqliteConnection!) }
            try body(database)
        }
    }

    /// Moves the write-ahead log into the file and empties it; never waits for a reader. Only the meter calls it.
    package func checkpoint() throws {
        try ownConnection.checkpoint()
    }

    /// How much has been written since the log was last emptied, in bytes.
    package var logBytes: Int {
        var file = stat()
        return stat(path + "-wal", &file) == 0 ? Int(file.st_size) : 0
    }

    private func writeSession<Answer>(_ body: (SQLiteSession) throws -> Answer) throws -> Answer {
        guard case .joined(let session, let connection) = connection else {
            return try ownConnection.write { try transact(in: $0, body) }
        }
        return try connection.watched {
            var answer: Answer?
            try session.database.inSavepoint {
                answer = try body(session)
                return .commit
            }
            return answer!
        }
    }

    private var ownConnection: OwnConnection {
        guard case .own(let connection) = connection else {
            preconditionFailure("a transaction is open: no other begins, no migration, no checkpoint")
        }
        return connection
    }

    private func transact<Answer>(
        in session: SQLiteSession, _ body: (SQLiteSession) throws -> Answer
    ) throws -> Answer {
        var answer: Answer?
        try session.database.inTransaction(.immediate) {
            answer = try body(session)
            return .commit
        }
        return answer!
    }
}
