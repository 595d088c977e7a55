import GRDB
import GRDBSQLite

/// A connection that cannot write. Each reading is a transaction of its own: one view of the database.
///
/// Works on SQLite itself: GRDB compiles the beginning and the end of each transaction anew and hands it to a queue,
/// which took longer than most readings.
final class ReadConnection: @unchecked Sendable {
    // Unchecked: used by whoever has it from the pool, one at a time.
    private let handle: OpaquePointer
    private let session: SQLiteReading
    private let begin: Statement
    private let commit: Statement

    /// - Parameters:
    ///   - patience: seconds to wait for one that recovers the log after a crash.
    ///   - prepare: what is to be set before anything is read.
    /// - Throws: `DatabaseError` when the file is not there, or is not a database; what `prepare` throws.
    init(path: String, patience: Int32 = 0, prepare: (OpaquePointer) throws -> Void = { _ in }) throws {
        let handle = try Self.open(path, patience: patience)
        do {
            try prepare(handle)
            begin = try Statement("BEGIN", on: handle)
            commit = try Statement("COMMIT", on: handle)
        } catch {
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
        session = SQLiteReading(connection: handle, statements: StatementCache())
    }

    deinit { sqlite3_close_v2(handle) }  // Goes when the last statement has gone.

    /// - Throws: what `body` throws; `DatabaseError`.
    func read<Answer>(_ body: (SQLiteReading) throws -> Answer) throws -> Answer {
        _ = try begin.run([])
        do {
            let answer = try body(session)
            _ = try commit.run([])
            return answer
        } catch {
            if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    private static func open(_ path: String, patience: Int32) throws -> OpaquePointer {
        var handle: OpaquePointer?
        let status = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard let handle else { throw DatabaseError(resultCode: .SQLITE_NOMEM) }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, patience * 1_000)
        // What is no database shows at the first look.
        guard status == SQLITE_OK,
            sqlite3_exec(handle, "SELECT 1 FROM sqlite_schema LIMIT 1", nil, nil, nil) == SQLITE_OK
        else {
            let fault = DatabaseError(of: handle)
            sqlite3_close_v2(handle)
            throw fault
        }
        return handle
    }
}

extension DatabaseError {
    /// What a connection says of its last call.
    init(of connection: OpaquePointer, sql: String? = nil) {
        self.init(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: String(cString: sqlite3_errmsg(connection)), sql: sql)
    }
}
