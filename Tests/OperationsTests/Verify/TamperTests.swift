import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

/// A thief with the file changes one thing: `verify` names the row.
@Suite(.serialized) struct `Tampering` {
    typealias Table = TamperedBooks.Table

    /// What nothing else in the books repeats: only a seal can prove these cells.
    private static let onlySealed: Set = [
        "ledger_entry.note", "ledger_entry.id", "ledger_entry.posted_at_s", "milestone.state",
        "milestone.rate_cents",
        "milestone.running_at_s", "milestone.ends_at_s", "milestone.closed_at_s", "milestone.stop_reason",
    ]

    @Test(arguments: [true, false])
    func `with any cell is found at its row`(sealed: Bool) async throws {
        let books = try await TamperedBooks(sealed: sealed)
        #expect(try books.fault() == nil)
        // Every cell, or of each column the cells of every third row.
        let everything = ProcessInfo.processInfo.environment["OUTLET_TAMPER"] == "all"
        var count = 0
        for table in TamperedBooks.tables + (sealed ? [TamperedBooks.seals] : []) {
            for (index, row) in try books.rows(of: table).enumerated() {
                for (place, column) in table.columns.enumerated() where everything || (index + place) % 3 == 0
                {
                    for value in try books.otherValues(of: column, in: table, row: row) {
                        let change =
                            "UPDATE \(table.name) SET \(column) = \(value) WHERE \(table.key) = '\(row)'"
                        guard let fault = try books.fault(after: [change], in: table) else { continue }
                        count += 1
                        if fault == nil, !sealed, Self.onlySealed.contains("\(table.name).\(column)") {
                            continue
                        }
                        expect(fault, names: row, of: table, isKey: column == table.key, sealed, change)
                    }
                }
            }
        }
        #expect(count > 400)
        #expect(try books.fault() == nil)
    }

    @Test(arguments: [true, false])
    func `with the order of rows is found at the first`(sealed: Bool) async throws {
        let books = try await TamperedBooks(sealed: sealed)
        for table in TamperedBooks.tables + (sealed ? [TamperedBooks.seals] : []) where table.isNumbered {
            // The order of what two rentals did is not repeated anywhere.
            if table.name == "milestone", !sealed { continue }
            for row in 1..<Int64(try books.rows(of: table).count) {
                let swap = [(row, -1), (row + 1, row), (-1, row + 1)].map {
                    "UPDATE \(table.name) SET \(table.key) = \($1) WHERE \(table.key) = \($0)"
                }
                let fault = try #require(try books.fault(after: swap, in: table))
                // Which of two accounts is which matters from their first transfer on.
                if fault == nil, !sealed, try books.isUntouched(table, row) { continue }
                let names = ["\(row)", "\(row + 1)"].map { "\(table.name) \($0)" }
                #expect(
                    fault.map { fault in names.contains { "\(fault) ".contains($0 + " ") } } ?? false,
                    "\(table.name) \(row): \(fault?.description ?? "not found")")
            }
        }
    }

    @Test(arguments: [true, false])
    func `by taking a row away is found at its place`(sealed: Bool) async throws {
        let books = try await TamperedBooks(sealed: sealed)
        for table in TamperedBooks.tables + (sealed ? [TamperedBooks.seals] : []) {
            for row in try books.rows(of: table) {
                let removal = "DELETE FROM \(table.name) WHERE \(table.key) = '\(row)'"
                let fault = try #require(try books.fault(after: [removal], in: table))
                expect(fault, names: row, of: table, isKey: false, sealed, removal)
            }
        }
    }

    @Test(arguments: [true, false])
    func `by putting a row in is found at it`(sealed: Bool) async throws {
        let books = try await TamperedBooks(sealed: sealed)
        for table in TamperedBooks.tables + (sealed ? [TamperedBooks.seals] : []) {
            let rows = try books.rows(of: table)
            for row in rows {
                let fault = try #require(
                    try books.fault(after: books.copying(row, of: table), in: table), "\(table.name) \(row)")
                let new = table.isNumbered ? "\(rows.count + 1)" : "\(row.dropLast())x"
                expect(fault, names: new, of: table, isKey: false, sealed, "a copy of \(table.name) \(row)")
            }
        }
    }

    private func expect(
        _ fault: Fault?, names row: String, of table: Table, isKey: Bool, _ sealed: Bool, _ change: String
    ) {
        guard let fault else {
            Issue.record("not found: \(change)")
            return
        }
        // A row under another name may be found as what is there or as what is not.
        let isNamed = fault.table == table.name && (fault.row == row || isKey || table.name == "movement")
        // Where two rows contradict each other and no third one knows, both are named; only of a milestone that is
        // gone nothing is left but its rental.
        let text = "\(fault) ".replacing(/[,:;)]/, with: " ")
        let isMentioned =
            text.contains("\(table.name) \(row) ") || table.name == "milestone" && fault.table == "rental"
        #expect(isNamed || !sealed && isMentioned, "\(change): \(fault)")
    }
}
