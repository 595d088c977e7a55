import Domain
import Synchronization

/// One row of an answer. A column is read by name as the type that it must have; the schema makes it so,
/// and a row that differs is a bug, which stops here.
package struct Row: Sendable {
    /// The columns of an answer, which all of its rows share.
    final class Columns: Sendable {
        let names: [String]
        private let places: [String: Int]
        private let next = Atomic(0)  // Where the column behind the last one that was asked for is.

        init(_ names: [String]) {
            self.names = names
            places = Dictionary(zip(names, names.indices)) { first, _ in first }
        }

        /// Whoever reads a row asks for its columns in their order, with some left out: looked for there first.
        func place(of name: String) -> Int? {
            let likely = next.load(ordering: .relaxed)
            for place in likely..<likely + 2 where place < names.count && names[place] == name {
                next.store(place + 1, ordering: .relaxed)
                return place
            }
            guard let place = places[name] else { return nil }
            next.store(place + 1, ordering: .relaxed)
            return place
        }
    }

    private let columns: Columns
    private let values: [SQL.Value]  // In the order of the columns.

    init(_ columns: Columns, _ values: [SQL.Value]) {
        (self.columns, self.values) = (columns, values)
    }

    package func value(_ column: String) -> SQL.Value {
        guard let place = columns.place(of: column) else { preconditionFailure("no column \(column)") }
        return values[place]
    }

    /// Every value by the name of its column.
    package var named: [String: SQL.Value] {
        Dictionary(zip(columns.names, values)) { _, last in last }
    }

    package func isNull(_ column: String) -> Bool { value(column) == .null }

    package func int(_ column: String) -> Int64 {
        guard let value = optionalInt(column) else { preconditionFailure("\(column) is null") }
        return value
    }

    package func optionalInt(_ column: String) -> Int64? {
        switch value(column) {
        case .null: nil
        case .integer(let value): value
        default: preconditionFailure("\(column) is not an integer")
        }
    }

    package func text(_ column: String) -> String {
        guard let value = optionalText(column) else { preconditionFailure("\(column) is null") }
        return value
    }

    package func optionalText(_ column: String) -> String? {
        switch value(column) {
        case .null: nil
        case .text(let value): value
        default: preconditionFailure("\(column) is not text")
        }
    }

    package func optionalReal(_ column: String) -> Double? {
        switch value(column) {
        case .null: nil
        case .real(let value): value
        case .integer(let value): Double(value)
        default: preconditionFailure("\(column) is not a number")
        }
    }

    package func blob(_ column: String) -> [UInt8] {
        switch value(column) {
        case .blob(let value): value
        default: preconditionFailure("\(column) is not a blob")
        }
    }

    package func optionalBlob(_ column: String) -> [UInt8]? { isNull(column) ? nil : blob(column) }
    package func bool(_ column: String) -> Bool { int(column) != 0 }
    package func cents(_ column: String) -> Cents { Cents(int(column)) }
    package func seconds(_ column: String) -> Seconds { Seconds(int(column)) }
    package func instant(_ column: String) -> Instant { Instant(int(column)) }
    package func optionalInstant(_ column: String) -> Instant? { optionalInt(column).map { Instant($0) } }

    package func rate(_ column: String) -> HourlyRate {
        guard let rate = HourlyRate(centsPerHour: int(column)) else {
            preconditionFailure("\(column) is not a rate")
        }
        return rate
    }

    package func id<Subject>(_ column: String) -> ID<Subject> {
        guard let id = ID<Subject>(text(column)) else {
            preconditionFailure("\(column) is not a \(Subject.idPrefix) id")
        }
        return id
    }
}
