import GRDB
import GRDBSQLite

/// One compiled statement of one connection, run again and again with other arguments.
///
/// Works on SQLite itself: GRDB opens connections and keeps their transactions, but copies each value twice and looks
/// columns up by walking through their names, which was most of the time of a read.
final class Statement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    private let columns: Row.Columns
    private let count: Int32

    /// - Throws: `DatabaseError`, such as of a statement that the guard refuses.
    init(_ text: String, on connection: OpaquePointer) throws {
        self.connection = connection
        var (handle, isAlone): (OpaquePointer?, Bool) = (nil, true)
        let status = text.withCString { start in
            var rest: UnsafePointer<CChar>?
            defer { isAlone = rest.map { String(cString: $0).allSatisfy(\.isWhitespace) } ?? true }
            return sqlite3_prepare_v3(
                connection, start, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, &rest)
        }
        guard status == SQLITE_OK else { throw DatabaseError(of: connection, sql: text) }
        guard let handle, isAlone else {
            sqlite3_finalize(handle)
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "not one statement", sql: text)
        }
        self.handle = handle
        count = sqlite3_column_count(handle)
        columns = Row.Columns((0..<count).map { String(cString: sqlite3_column_name(handle, $0)) })
    }

    deinit { sqlite3_finalize(handle) }

    func rows(_ arguments: [SQL.Value]) throws -> [Row] {
        var rows: [Row] = []
        try run(arguments) { rows.append(Row(columns, (0..<Int(count)).map { cell($0).value })) }
        return rows
    }

    /// - Returns: how many rows it changed.
    func run(_ arguments: [SQL.Value]) throws -> Int {
        try run(arguments) {}
        return Int(sqlite3_changes(connection))
    }

    private func run(_ arguments: [SQL.Value], each body: () -> Void) throws {
        defer { reset() }
        try bind(arguments)
        while try step() { body() }
    }

    /// Whether there is a row.
    private func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        default: throw fault
        }
    }

    private func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// One run of a statement, row by row; it ends with its last row, or when nobody has it any more.
    final class Reading {
        let statement: Statement

        init(_ statement: Statement, _ arguments: [SQL.Value]) throws {
            self.statement = statement
            try statement.bind(arguments)
        }

        deinit { statement.reset() }

        func step() throws -> Bool { try statement.step() }
    }

    private func bind(_ arguments: [SQL.Value]) throws {
        precondition(sqlite3_bind_parameter_count(handle) == arguments.count, "each place has its value")
        for (place, value) in zip(Int32(1)..., arguments) {
            let status =
                switch value {
                case .null: sqlite3_bind_null(handle, place)
                case .integer(let value): sqlite3_bind_int64(handle, place, value)
                case .real(let value): sqlite3_bind_double(handle, place, value)
                case .text(var value):
                    value.withUTF8 {
                        sqlite3_bind_text64(
                            handle, place, $0.baseAddress, UInt64($0.count), Self.copied, UInt8(SQLITE_UTF8))
                    }
                case .blob(let value):
                    value.withUnsafeBytes {
                        $0.isEmpty
                            ? sqlite3_bind_zeroblob(handle, place, 0)
                            : sqlite3_bind_blob64(
                                handle, place, $0.baseAddress, UInt64($0.count), Self.copied)
                    }
                }
            guard status == SQLITE_OK else { throw fault }
        }
    }

    /// Of the row that it stands at.
    func cell(_ place: Int) -> Cell { Cell(Int32(place), of: handle) }

    private var fault: DatabaseError {
        DatabaseError(of: connection, sql: String(cString: sqlite3_sql(handle)))
    }

    /// SQLITE_TRANSIENT, which C's header writes as a cast that Swift does not read.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

/// The statements of one connection, by their text. Unchecked: used by whoever has the connection, one at a time.
final class StatementCache: @unchecked Sendable {
    private var statements: [String: Statement] = [:]

    func statement(_ text: String, on connection: OpaquePointer) throws -> Statement {
        if let known = statements[text] { return known }
        let new = try Statement(text, on: connection)
        statements[text] = new
        return new
    }

    /// Before the connection is closed.
    func forget() { statements = [:] }
}
