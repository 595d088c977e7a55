import Domain

/// All that was committed since a position, as one view of the database has it.
package struct BackupBatch: Sendable {
    package let rows: [SegmentLine.ChangedRow]
    package let reached: BackupPosition
    package let clock: BillingClock

    init(rows: [SegmentLine.ChangedRow], reached: BackupPosition, clock: BillingClock) {
        self.rows = rows
        self.reached = reached
        self.clock = clock
    }
}

extension ReadSession {
    /// What is new since `position`; nil when nothing is.
    package func backupBatch(after position: BackupPosition) throws -> BackupBatch? {
        let reached = try backupPosition()
        guard reached != position, let clock = try billingClock() else { return nil }
        var rows: [SegmentLine.ChangedRow] = []
        for (table, key) in BackupTables.changing {
            rows += try changedRows(of: table, key: key, after: position[Storage.changedRows])
        }
        for (table, number) in BackupTables.history.sorted(by: { $0.key < $1.key }) {
            let new = SQL(stringLiteral: "SELECT * FROM \(table) WHERE \(number) > ")
            let inOrder = SQL(stringLiteral: " ORDER BY \(number)")
            rows += try self.rows("\(new)\(position[table])\(inOrder)").map {
                SegmentLine.ChangedRow(table: table, number: $0.int(number), key: nil, columns: $0.named)
            }
        }
        return BackupBatch(rows: rows, reached: reached, clock: clock)
    }

    private func changedRows(of table: String, key: String, after number: Int64) throws
        -> [SegmentLine.ChangedRow]
    {
        let named = SQL(stringLiteral: "SELECT * FROM \(table) WHERE \(key) = ")
        return try rows(
            "SELECT seq, key FROM changed_row WHERE subject = \(table) AND seq > \(number) ORDER BY seq"
        ).map { change in
            let key = change.text("key")
            // Numbers are kept as text in the queue, and compare as numbers with the column that they name.
            let columns = try row("\(named)\(key)")?.named
            return SegmentLine.ChangedRow(
                table: table, number: change.int("seq"), key: key, columns: columns)
        }
    }
}

extension Transaction {
    /// Shortens the queue to what came after `position`, which a snapshot holds.
    package func forgetChangedRows(through position: BackupPosition) throws {
        try run("DELETE FROM changed_row WHERE seq <= \(position[changedRows])")
    }
}
