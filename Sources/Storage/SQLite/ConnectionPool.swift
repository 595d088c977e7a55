import CSupport
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// One connection that writes, under the lock, and as many that cannot as are read from at once. At the first fault of
/// the storage they raise the alarm; from then on they do nothing more.
///
/// One connection for both would have to be told before and after each read that it must not write (`query_only`), and
/// SQLite answers that by compiling every statement anew: half of the time of an operation.
final class ConnectionPool: Sendable {
    private let path: String
    private let writer: DatabaseQueue
    private let readers: ReaderPool
    private let statements = StatementCache()  // Of the writer.
    private let lock: WriteLock
    private let fault = Mutex<StorageFault?>(nil)
    private let isFaulty = Atomic(false)  // Whether there is one: asked with each reading.
    private let alarm: @Sendable (StorageFault) -> Void

    /// - Throws: `DatabaseError`, `DiskFull`, `LockFault`.
    init(
        path: String, durable: Bool, cacheKiB: Int, alarm: @escaping @Sendable (StorageFault) -> Void
    ) throws {
        let lock = WriteLock(path: path + ".lock")
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(TimeInterval(Self.patience))
        configuration.prepareDatabase {
            try Self.prepare($0.sqliteConnection!, durable: durable, cacheKiB: cacheKiB)
        }
        do {
            writer = try lock.exclusively { try DatabaseQueue(path: path, configuration: configuration) }
            readers = try ReaderPool {
                try ReadConnection(path: path, patience: Self.patience) {
                    try Self.prepare($0, durable: durable, cacheKiB: cacheKiB)
                }
            }
        } catch { throw DiskFull(error, path: path) ?? error }
        self.path = path
        self.lock = lock
        self.alarm = alarm
    }

    deinit { statements.forget() }

    private static func prepare(_ connection: OpaquePointer, durable: Bool, cacheKiB: Int) throws {
        guard outlet_sqlite_harden(UnsafeMutableRawPointer(connection)) == 0 else {
            throw DatabaseError(message: "SQLite refuses its defensive settings")
        }
        let settings = [
            "journal_mode=WAL", "wal_autocheckpoint=0", "synchronous=\(durable ? "FULL" : "OFF")",
            "foreign_keys=ON", "recursive_triggers=ON", "cell_size_check=ON", "cache_size=-\(cacheKiB)",
        ]
        for setting in settings {
            guard sqlite3_exec(connection, "PRAGMA \(setting)", nil, nil, nil) == SQLITE_OK else {
                throw DatabaseError(of: connection, sql: "PRAGMA \(setting)")
            }
        }
        try StatementGuard.set(true, on: connection)
    }

    func read<Answer>(_ body: (SQLiteReading) throws -> Answer) throws -> Answer {
        try watched { try readers.read(body) }
    }

    /// Holds the write lock meanwhile; begins no transaction.
    func write<Answer>(_ body: (SQLiteSession) throws -> Answer) throws -> Answer {
        try lock.exclusively {
            try watched {
                try writer.writeWithoutTransaction {
                    try body(SQLiteSession(database: $0, statements: statements))
                }
            }
        }
    }

    /// Whether somebody, of this process or another, stands in line to write.
    var isWaitedFor: Bool { lock.isWaitedFor }

    /// For what takes no lock of SQLite's that a writer would wait for.
    func withoutLock<Answer>(_ body: (GRDB.Database) throws -> Answer) throws -> Answer {
        try watched { try writer.writeWithoutTransaction(body) }
    }

    /// Empties the write-ahead log, holding the write lock. While somebody reads, it moves what it can and leaves the rest
    /// to the next time: to wait for a reader here would hold up every writer.
    func checkpoint() throws {
        try write { session in
            _ = try session.rows("PRAGMA busy_timeout = 0")
            defer {
                _ = try? session.rows(SQL(stringLiteral: "PRAGMA busy_timeout = \(Self.patience * 1_000)"))
            }
            _ = try session.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// After an I/O error nothing is tried again: what SQLite believes to be on the disk may not be there. Each part of
    /// a transaction is watched by itself, too: whoever joins it may keep its errors from the whole.
    func watched<Answer>(_ body: () throws -> Answer) throws -> Answer {
        if isFaulty.load(ordering: .acquiring), let fault = fault.withLock({ $0 }) { throw fault }
        do { return try body() } catch {
            guard let found = StorageFault(error, path: path) else {
                throw DiskFull(error, path: path) ?? error
            }
            let isFirst = fault.withLock { first in
                defer { first = first ?? found }
                return first == nil
            }
            isFaulty.store(true, ordering: .releasing)
            if isFirst { alarm(found) }
            throw found
        }
    }

    /// Seconds to wait for one that recovers the log after a crash; nothing else makes anybody wait inside SQLite.
    private static let patience: Int32 = 10
}
