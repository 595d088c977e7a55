import Storage

struct TransferRow {
    let id: Int64
    let code: String
    let cause: String?
    let usage: Int64?
    let leg: Int64
    let debit: Int64
    let credit: Int64
    let cents: Int64
    let postedAt: Int64

    init(_ cells: Cells) throws {
        id = try cells.int(0)
        code = try cells.text(1)
        cause = try cells.optionalText(2)
        usage = try cells.optionalInt(3)
        leg = try cells.int(4)
        debit = try cells.int(5)
        credit = try cells.int(6)
        cents = try cells.int(7)
        postedAt = try cells.int(8)
    }

    func fault(_ reason: String) -> Fault { Fault("transfer", id, reason) }
}

struct UsageRow {
    let id: Int64
    let rental: String
    let from: Int64
    let to: Int64
    let seconds: Int64
    let rate: Int64
    let cents: Int64
    let fromHold: Int64
    let fromPromo: Int64
    let fromAvailable: Int64
    let entry: String
    let postedAt: Int64

    init(_ cells: Cells) throws {
        id = try cells.int(0)
        rental = try cells.text(1)
        from = try cells.int(2)
        to = try cells.int(3)
        seconds = try cells.int(4)
        rate = try cells.int(5)
        cents = try cells.int(6)
        fromHold = try cells.int(7)
        fromPromo = try cells.int(8)
        fromAvailable = try cells.int(9)
        entry = try cells.text(10)
        postedAt = try cells.int(11)
    }

    func fault(_ reason: String) -> Fault { Fault("usage", id, reason) }
}

struct LineRow {
    let number: Int64
    let id: String
    let user: String
    let type: String
    let cause: String?
    let usage: Int64?
    let rental: String?
    let cents: Int64
    let available: Int64
    let reserved: Int64
    let postedAt: Int64

    init(_ cells: Cells) throws {
        number = try cells.int(0)
        id = try cells.text(1)
        user = try cells.text(2)
        type = try cells.text(3)
        cause = try cells.optionalText(4)
        usage = try cells.optionalInt(5)
        rental = try cells.optionalText(6)
        cents = try cells.int(7)
        available = try cells.int(8)
        reserved = try cells.int(9)
        postedAt = try cells.int(10)
    }

    func fault(_ reason: String) -> Fault { Fault("ledger_entry", number, "(\(id)) \(reason)") }
}

/// The rows of one table in the order of their numbers, with a look at the one that comes.
struct NumberedRows<Row> {
    private let table: SealedTable
    private let cursor: RowCursor
    private let read: (Cells) throws -> Row
    private(set) var next: Row?
    private(set) var count = 0  // Of those taken; the number of the last one, too.

    init(
        _ table: SealedTable, in session: any ReadSession, read: @escaping (Cells) throws -> Row
    ) throws {
        self.table = table
        self.read = read
        cursor = try session.cursor(table.rows(after: .min))
        try lookAhead()
    }

    mutating func take() throws -> Row? {
        guard let row = next else { return nil }
        count += 1
        try lookAhead()
        return row
    }

    private mutating func lookAhead() throws {
        guard let cells = try cursor.next() else { return next = nil }
        let (number, expected) = (try cells.int(0), Int64(count) + 1)
        try expect(number >= expected, else: Fault(table.rawValue, number, "has a number that is none"))
        try expect(
            number == expected, else: Fault(table.rawValue, expected, "is missing: the next one is \(number)")
        )
        next = try read(cells)
    }
}
