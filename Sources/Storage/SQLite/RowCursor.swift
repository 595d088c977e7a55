import GRDB

/// The rows of an answer, read one by one: however many there are, one is in memory.
package struct RowCursor {
    private let cursor: GRDB.RowCursor

    init(_ cursor: GRDB.RowCursor) { self.cursor = cursor }

    /// Good until the next call; nil after the last.
    package func next() throws -> Cells? { try cursor.next().map { Cells(row: $0, cursor: cursor) } }
}

/// The values of one row by their place in the answer, counted from 0.
/// Unlike those of `Row`, they throw when a value is not of the type asked for: rows are read here to be doubted.
package struct Cells {
    private let row: GRDB.Row
    private let cursor: GRDB.RowCursor  // Without it, the row is gone.

    fileprivate init(row: GRDB.Row, cursor: GRDB.RowCursor) {
        self.row = row
        self.cursor = cursor
    }

    package func int(_ place: Int) throws -> Int64 { try row.decode(atIndex: place) }
    package func optionalInt(_ place: Int) throws -> Int64? { try row.decode(atIndex: place) }
    package func text(_ place: Int) throws -> String { try row.decode(atIndex: place) }
    package func optionalText(_ place: Int) throws -> String? { try row.decode(atIndex: place) }

    package func blob(_ place: Int) throws -> [UInt8] {
        try row.withUnsafeData(atIndex: place) { $0.map { [UInt8]($0) } ?? [] }
    }

    package func value(_ place: Int) throws -> SQL.Value {
        SQL.Value(try row.decode(DatabaseValue.self, atIndex: place))
    }
}

extension SQL.Value {
    init(_ value: DatabaseValue) {
        self =
            switch value.storage {
            case .null: .null
            case .int64(let value): .integer(value)
            case .double(let value): .real(value)
            case .string(let value): .text(value)
            case .blob(let value): .blob([UInt8](value))
            }
    }
}
