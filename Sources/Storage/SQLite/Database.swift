import Domain
import GRDB
import Glibc

/// The outlet's SQLite file, for any number of threads.
///
/// Every write transaction, and every checkpoint, holds `<path>.lock` by flock, on account of the WAL-reset race of
/// SQLite before 3.51.3; nothing checkpoints by itself. Reads never wait.
package final class Database: @unchecked Sendable {
    // Unchecked: who joins a transaction, or shares a view, is inside of it, which the compiler cannot see.
    package let path: String
    private let access: Access

    private enum Access {
        case full(ConnectionPool)
        case reading(ReaderPool)
        case joined(SQLiteSession, ConnectionPool)  // A write transaction of it that is open already.
        case viewed(View, ConnectionPool)  // A reading of it that others share.
    }

    /// One view of the database, for as long as it lasts.
    private final class View {
        var reading: SQLiteReading?

        init(_ reading: SQLiteReading) { self.reading = reading }
    }

    /// Opens or makes the file.
    /// - Parameters:
    ///   - cacheKiB: how many pages each connection may keep in memory.
    ///   - alarm: called at the first fault of the storage; from then on nothing is read or written.
    /// - Throws: `DatabaseError` when the file cannot be opened, is not a database, or is not ours to write.
    package init(
        path: String, durable: Bool = true, cacheKiB: Int = 2_000,
        alarm: @escaping @Sendable (StorageFault) -> Void = { _ in }
    ) throws {
        SQLiteLibrary.prepare()
        self.path = path
        access = .full(
            try ConnectionPool(path: path, durable: durable, cacheKiB: cacheKiB, alarm: alarm))
    }

    /// Opens a file that nobody writes, such as a backup, and leaves it untouched.
    /// - Throws: `DatabaseError` when it is not there, or is not a database.
    package init(reading path: String) throws {
        SQLiteLibrary.prepare()
        self.path = path
        access = .reading(try ReaderPool { try ReadConnection(path: path) })
    }

    private init(path: String, _ access: Access) {
        self.path = path
        self.access = access
    }

    /// SQLite itself refuses a write in here.
    /// - Throws: what `body` throws; `DatabaseError`; `StorageFault`.
    package func read<Answer>(_ body: (any ReadSession) throws -> Answer) throws -> Answer {
        switch access {
        case .full(let pool): try pool.read { try body($0) }
        case .reading(let readers): try readers.read { try body($0) }
        case .joined(let session, let pool): try pool.watched { try body(session) }
        case .viewed(let view, let pool):
            if let reading = view.reading {
                try pool.watched { try body(reading) }
            } else {
                try pool.read { try body($0) }
            }
        }
    }

    /// Runs `body` with a database that stands for this one: whatever is read through it, by this thread, is of one
    /// moment, and costs one transaction. What is written through it is not seen in it. Afterwards it reads as this one.
    package func viewed<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        guard case .full(let pool) = access else { return try body(self) }
        return try pool.read { reading in
            let view = View(reading)
            defer { view.reading = nil }
            return try body(Database(path: path, .viewed(view, pool)))
        }
    }

    /// Runs `body` as one transaction under the write lock; whatever it throws undoes all of it.
    /// - Throws: what `body` throws; `DatabaseError`; `DiskFull`; `StorageFault`.
    package func write<Answer>(_ body: (any Transaction) throws -> Answer) throws -> Answer {
        try writeSession { (try body($0), .commit) }
    }

    /// Runs `first` and then `body` as one transaction. When `body` changes no row, what `first` wrote is undone, too: a
    /// look that found nothing to do waits for no disk.
    /// - Throws: as `write(_:)`.
    package func write<Start, Answer>(
        after first: (any Transaction) throws -> Start, _ body: (any Transaction, Start) throws -> Answer
    ) throws -> Answer {
        try writeSession { session in
            let start = try first(session)
            let before = session.changeCount
            let answer = try body(session, start)
            return (answer, session.changeCount == before ? .rollback : .commit)
        }
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
            let pool = if case .joined(_, let pool) = access { pool } else { ownPool }
            return (try body(Database(path: path, .joined(session, pool)), session), .commit)
        }
    }

    /// Whether somebody, of this process or another, waits to write. Asked by who writes, between two parts of it.
    package var isWaitedFor: Bool { ownPool.isWaitedFor }

    /// A write transaction that may change the schema and run whole scripts; for migrations.
    func writeSchema<Answer>(_ body: (any SchemaTransaction) throws -> Answer) throws -> Answer {
        try ownPool.write { session in
            try StatementGuard.set(false, on: session.database.sqliteConnection!)
            defer { try? StatementGuard.set(true, on: session.database.sqliteConnection!) }
            return try transact(in: session) { (try body($0), .commit) }
        }
    }

    /// Outside of any transaction, of the write lock and of the guard: for what only reads, and the guard would refuse.
    func withoutGuard(_ body: (GRDB.Database) throws -> Void) throws {
        try ownPool.withoutLock { database in
            try StatementGuard.set(false, on: database.sqliteConnection!)
            defer { try? StatementGuard.set(true, on: database.sqliteConnection!) }
            try body(database)
        }
    }

    /// Moves the write-ahead log into the file and empties it; never waits for a reader. Only the meter calls it.
    package func checkpoint() throws {
        try ownPool.checkpoint()
    }

    /// How much has been written since the log was last emptied, in bytes.
    package var logBytes: Int {
        var file = stat()
        return stat(path + "-wal", &file) == 0 ? Int(file.st_size) : 0
    }

    /// What a transaction answers, and whether it stays.
    private typealias Outcome<Answer> = (Answer, GRDB.Database.TransactionCompletion)

    private func writeSession<Answer>(_ body: (SQLiteSession) throws -> Outcome<Answer>) throws -> Answer {
        guard case .joined(let session, let pool) = access else {
            return try ownPool.write { try transact(in: $0, body) }
        }
        return try pool.watched {
            var answer: Answer?
            try session.database.inSavepoint {
                let outcome = try body(session)
                answer = outcome.0
                return outcome.1
            }
            return answer!
        }
    }

    private var ownPool: ConnectionPool {
        switch access {
        case .full(let pool), .viewed(_, let pool): return pool
        case .reading, .joined:
            preconditionFailure("a transaction is open: no other begins, no migration, no checkpoint")
        }
    }

    private func transact<Answer>(
        in session: SQLiteSession, _ body: (SQLiteSession) throws -> Outcome<Answer>
    ) throws -> Answer {
        var answer: Answer?
        try session.database.inTransaction(.immediate) {
            let outcome = try body(session)
            answer = outcome.0
            return outcome.1
        }
        return answer!
    }
}
