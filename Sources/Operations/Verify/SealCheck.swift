import Domain
import Storage

extension Context {
    /// Compares every sealed row with its seal, and every seal with the one before.
    /// - Returns: how many seals there are.
    /// - Throws: `Fault`.
    func checkSeals(in session: any ReadSession, newest: inout [UInt8]?) throws -> Int {
        let seals = try session.cursor(
            "SELECT \(SQL(stringLiteral: SealHeader.columns)), digests FROM seal ORDER BY id")
        var tables = try SealedTable.allCases.map { try SealedRows($0, in: session) }
        var count: Int64 = 0
        while let cells = try seals.next() {
            let header = try SealHeader(cells)
            try expect(header.number == count + 1, else: Fault("seal", count + 1, "is missing"))
            count = header.number
            let (hash, digests) = (try cells.blob(7), try cells.blob(8))
            let rows = zip(header.ends, tables).map { $0 - $1.number }
            try expect(
                rows.allSatisfy { $0 >= 0 } && rows.reduce(0, +) * Int64(SealDigest.kept) == digests.count,
                else: Fault("seal", count, "does not lie over as many rows as it has digests"))
            var digest = SealDigest(of: header, after: newest)
            var changed: Fault?
            var place = 0
            for index in tables.indices {
                while tables[index].number < header.ends[index] {
                    let found = try digest.add(tables[index].next(), of: tables[index].table)
                    if changed == nil, found != digests[place..<place + SealDigest.kept] {
                        changed = tables[index].fault("was changed after seal \(count) was put over it")
                    }
                    place += SealDigest.kept
                }
            }
            if digest.finish().hash == hash {
                try expect(changed == nil, else: Fault("seal", count, "has other digests than its rows"))
            } else {
                throw changed ?? Fault("seal", count, "is not the hash of its rows and the seal before")
            }
            newest = hash
        }
        // SQLite remembers the greatest number that it ever gave.
        let made = try session.row("SELECT seq FROM sqlite_sequence WHERE name = 'seal'")?.int("seq") ?? 0
        try expect(made <= count, else: Fault("seal", count + 1, "is missing: \(made) were made"))
        return Int(count)
    }
}

/// The rows of one sealed table in order.
private struct SealedRows {
    let table: SealedTable
    private let cursor: RowCursor
    private(set) var number: Int64 = 0  // Of the row read last.

    init(_ table: SealedTable, in session: any ReadSession) throws {
        self.table = table
        cursor = try session.cursor(table.rows(after: 0))
    }

    mutating func next() throws -> Cells {
        number += 1
        guard let cells = try cursor.next(), try cells.int(0) == number else { throw fault("is missing") }
        return cells
    }

    func fault(_ reason: String) -> Fault { Fault(table.rawValue, number, reason) }
}
