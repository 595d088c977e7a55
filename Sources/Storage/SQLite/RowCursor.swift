import Domain

/// The rows of an answer, read one by one: however many there are, one is in memory.
package struct RowCursor {
    private let reading: Statement.Reading

    init(_ statement: Statement, _ arguments: [SQL.Value]) throws {
        reading = try Statement.Reading(statement, arguments)
    }

    /// Good until the next call; nil after the last.
    package func next() throws -> Cells? { try reading.step() ? Cells(reading) : nil }
}

/// The values of one row by their place in the answer, counted from 0.
/// Unlike those of `Row`, they throw when a value is not of the type asked for: rows are read here to be doubted.
package struct Cells {
    private let reading: Statement.Reading  // Without it, the row is gone.

    fileprivate init(_ reading: Statement.Reading) { self.reading = reading }

    private func cell(_ place: Int) -> Cell { reading.statement.cell(place) }

    package func value(_ place: Int) throws -> SQL.Value { cell(place).value }

    package func int(_ place: Int) throws -> Int64 {
        guard let value = try optionalInt(place) else { throw WrongCell(place: place, value: .null) }
        return value
    }

    package func optionalInt(_ place: Int) throws -> Int64? {
        let cell = cell(place)
        if let integer = cell.integer { return integer }
        guard cell.isNull else { throw WrongCell(place: place, value: cell.value) }
        return nil
    }

    package func text(_ place: Int) throws -> String {
        guard let value = try optionalText(place) else { throw WrongCell(place: place, value: .null) }
        return value
    }

    package func optionalText(_ place: Int) throws -> String? {
        let cell = cell(place)
        if let text = cell.text { return text }
        guard cell.isNull else { throw WrongCell(place: place, value: cell.value) }
        return nil
    }

    package func id<Subject>(_ place: Int) throws -> ID<Subject> {
        let cell = cell(place)
        guard let id = cell.withText({ $0.flatMap { ID<Subject>(utf8: $0) } }) else {
            throw WrongCell(place: place, value: cell.value)
        }
        return id
    }

    /// Empty for NULL.
    package func blob(_ place: Int) throws -> [UInt8] {
        switch try value(place) {
        case .null: []
        case .blob(let value): value
        case .text(let value): Array(value.utf8)
        case let value: throw WrongCell(place: place, value: value)
        }
    }
}

/// A cell that does not hold what the schema says.
package struct WrongCell: Error, Hashable, CustomStringConvertible {
    let place: Int
    let value: SQL.Value

    package var description: String { "column \(place) of a row holds \(value)" }
}
