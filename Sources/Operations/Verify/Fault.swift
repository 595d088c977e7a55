/// One wrong row of the books, and what is wrong with it.
package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    package let table: String
    package let row: String  // The number of the row, or its id where it has no number.
    package let reason: String  // Plain words that go on from the row's name.

    init(_ table: String, _ row: some CustomStringConvertible, _ reason: String) {
        self.table = table
        self.row = row.description
        self.reason = reason
    }

    package var description: String { "\(table) \(row) \(reason)" }
}

/// - Throws: the fault, unless the condition holds.
func expect(_ condition: Bool, else fault: @autoclosure () -> Fault) throws {
    if !condition { throw fault() }
}
