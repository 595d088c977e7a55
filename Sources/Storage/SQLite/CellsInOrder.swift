import Domain

/// The values of one row, taken one after the other in the order of the columns: for rows that are read often. Nothing
/// is looked up by name, and nothing is kept on the way to where a value belongs.
struct CellsInOrder {
    private let cells: Cells
    private var place = -1

    init(_ cells: Cells) { self.cells = cells }

    private mutating func next() -> Int {
        place += 1
        return place
    }

    mutating func int() throws -> Int64 { try cells.int(next()) }
    mutating func optionalInt() throws -> Int64? { try cells.optionalInt(next()) }
    mutating func text() throws -> String { try cells.text(next()) }
    mutating func optionalText() throws -> String? { try cells.optionalText(next()) }
    mutating func cents() throws -> Cents { Cents(try int()) }
    mutating func seconds() throws -> Seconds { Seconds(try int()) }
    mutating func instant() throws -> Instant { Instant(try int()) }
    mutating func optionalInstant() throws -> Instant? { try optionalInt().map { Instant($0) } }

    mutating func rate() throws -> HourlyRate {
        let cents = try int()
        guard let rate = HourlyRate(centsPerHour: cents) else {
            throw WrongCell(place: place, value: .integer(cents))
        }
        return rate
    }

    mutating func id<Subject>() throws -> ID<Subject> { try cells.id(next()) }
}

extension ReadSession {
    /// What `make` makes of each row. It may not run the same statement meanwhile.
    /// - Throws: `WrongCell`; `DatabaseError`.
    func values<Value>(_ sql: SQL, _ make: (inout CellsInOrder) throws -> Value) throws -> [Value] {
        var values: [Value] = []
        try eachRow(sql) { values.append(try make(&$0)) }
        return values
    }

    /// Hands each row to `use`, which may not run the same statement meanwhile.
    /// - Throws: `WrongCell`; `DatabaseError`.
    func eachRow(_ sql: SQL, _ use: (inout CellsInOrder) throws -> Void) throws {
        let rows = try cursor(sql)
        while let cells = try rows.next() {
            var inOrder = CellsInOrder(cells)
            try use(&inOrder)
        }
    }
}
