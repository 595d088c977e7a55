import Domain
import GRDBSQLite

/// One value of the row that a statement stands at; gone with the next row.
///
/// SQLite looks a column up and takes its locks with each question about it; so the column is asked for once, and the
/// questions go to the value.
struct Cell {
    private let handle: OpaquePointer

    init(_ column: Int32, of statement: OpaquePointer) { handle = sqlite3_column_value(statement, column) }

    private var type: Int32 { sqlite3_value_type(handle) }
    var isNull: Bool { type == SQLITE_NULL }

    /// Nil when it is something else.
    var integer: Int64? { type == SQLITE_INTEGER ? sqlite3_value_int64(handle) : nil }

    /// Nil when it is something else.
    var text: String? { withText { $0.map { String(decoding: $0, as: UTF8.self) } } }

    /// The text in UTF-8, or nil when it is something else.
    func withText<Answer>(_ body: (UnsafeBufferPointer<UInt8>?) throws -> Answer) rethrows -> Answer {
        guard type == SQLITE_TEXT else { return try body(nil) }
        let start = sqlite3_value_text(handle)  // Before its length, which depends on the encoding.
        return try body(UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(handle))))
    }

    var value: SQL.Value {
        switch type {
        case SQLITE_INTEGER: return .integer(sqlite3_value_int64(handle))
        case SQLITE_FLOAT: return .real(sqlite3_value_double(handle))
        case SQLITE_TEXT: return .text(text!)
        case SQLITE_BLOB:
            let start = sqlite3_value_blob(handle)
            return .blob(
                [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(handle)))))
        default: return .null
        }
    }
}
