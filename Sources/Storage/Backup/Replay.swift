import Domain

/// Why a batch does not fit the books that it is replayed onto.
package struct ReplayFault: Error, CustomStringConvertible {
    package let description: String
}

extension Transaction {
    /// Writes down a batch again by the same inserts and updates that made it, so that every guard of the schema looks
    /// at every row. Rows that the books have already are passed over.
    /// - Parameter position: how far the books reach.
    package func replay(_ batch: BackupBatch, after position: BackupPosition) throws {
        try bringForward(to: batch.clock)  // First: nothing is posted ahead of its time.
        var replay = Replay(of: batch, after: position, in: self)
        try replay.run()
    }

    private func bringForward(to clock: BillingClock) throws {
        guard let now = try billingClock() else { return try insert(clock) }
        guard clock.billing > now.billing else { return }
        try update(clock)
    }
}

/// One batch on its way into the books.
///
/// Rows of history come with their numbers, in the order of the ledger; the schema's triggers make the rest of them:
/// balances, the transfers and lines of usage. Rentals are led through their milestones in order, no further than the
/// next movement of money needs: so what a movement needs not to have happened yet has not.
private struct Replay {
    let transaction: any Transaction
    private var changed: [String: [SegmentLine.ChangedRow]]
    private var history: [String: [SegmentLine.ChangedRow]]
    private var lives: RentalLives
    private var transfers: ArraySlice<SegmentLine.ChangedRow> = []
    private var usage: [Int64: SegmentLine.ChangedRow] = [:]
    private var postedUsage: Set<Int64> = []
    private var lastTransfer: [SQL.Value: Int64] = [:]  // Of each cause.
    private var firstTransfer: [Int64: Int64] = [:]  // Of each usage.

    init(of batch: BackupBatch, after position: BackupPosition, in transaction: any Transaction) {
        self.transaction = transaction
        let isHistory = { (row: SegmentLine.ChangedRow) in BackupTables.history[row.table] != nil }
        let new = batch.rows.filter { $0.number > position[isHistory($0) ? $0.table : changedRows] }
        history = Dictionary(grouping: new.filter(isHistory), by: \.table)
        changed = Dictionary(grouping: new.filter { !isHistory($0) }, by: \.table)
        // In the order of their beginning: a wallet fills itself again only after the last time has ended.
        changed["payment"]?.sort { ($0.key ?? "") < ($1.key ?? "") }
        lives = RentalLives(
            milestones: history["milestone"] ?? [], rentals: changed["rental"] ?? [],
            holds: changed["account"] ?? [], in: transaction)
        transfers = (history["transfer"] ?? [])[...]
        for row in history["usage"] ?? [] { usage[row.number] = row }
        for row in transfers {
            if let cause = row.columns?["cause"] { lastTransfer[cause] = row.number }
            guard case .integer(let number)? = row.columns?["usage_id"] else { continue }
            firstTransfer[number] = firstTransfer[number] ?? row.number
        }
    }

    mutating func run() throws {
        for (table, key) in BackupTables.changing where !Self.late.contains(table) {
            for row in changed[table] ?? [] { try write(row, key: key) }
        }
        try lives.confirm()
        for line in history["ledger_entry"] ?? [] { try post(line) }
        try postTransfers(through: .max)
        try lives.finish()
        for (table, key) in BackupTables.changing where Self.late.contains(table) && table != "rental" {
            for row in changed[table] ?? [] { try write(row, key: key) }
        }
        for table in ["event", "seal"] { for row in history[table] ?? [] { try insert(row) } }
    }

    /// Tables that stand on rentals, and rentals, which come as money needs them.
    private static let late: Set = ["rental", "attempt", "effect"]

    private func write(_ row: SegmentLine.ChangedRow, key: String) throws {
        guard let columns = row.columns, let id = row.key else {
            return try transaction.delete(from: row.table, where: key, is: row.key ?? "")
        }
        let isThere = try transaction.has(row.table, where: key, is: id)
        switch row.table {
        case "account":  // A hold comes with its rental.
            if !isThere, columns["rental_id"] == .null { try transaction.openEmpty(columns) }
        case "payment" where !isThere:
            // It begins pending; what became of it follows, for the money to stand on.
            var begun = columns
            begun["state"] = .text("pending")
            try transaction.insert(into: row.table, begun)
            try transaction.update(row.table, columns, where: key, is: id)
        case "renter", "attempt", "effect", "stripe_account", "saved_card", "removed_card", "payment",
            "payment_refund", "payment_dispute", "auto_topup":
            if isThere {
                try transaction.update(row.table, columns, where: key, is: id)
            } else {
                try transaction.insert(into: row.table, columns)
            }
        default:  // Rows that come and go, and never change.
            if !isThere { try transaction.insert(into: row.table, columns) }
        }
    }

    /// One line of a wallet, behind the transfers that it tells of.
    private mutating func post(_ line: SegmentLine.ChangedRow) throws {
        if case .integer(let number)? = line.columns?["usage_id"] { return try post(usage: number) }
        if let cause = line.columns?["cause"], let last = lastTransfer[cause] {
            try postTransfers(through: last)
        }
        try insert(line)
    }

    private mutating func postTransfers(through number: Int64) throws {
        while let next = transfers.first, next.number <= number {
            transfers.removeFirst()
            if case .integer(let number)? = next.columns?["usage_id"] {
                try post(usage: number)
            } else {
                try lives.lead(rental(of: next), to: .init(transfer: next.columns?["code"]))
                try insert(next)
            }
        }
    }

    /// Its transfers and its line come with it.
    private mutating func post(usage number: Int64) throws {
        guard postedUsage.insert(number).inserted, let row = usage[number] else { return }
        // What came before in the books comes before here, so that its transfers get their own numbers again.
        if let first = firstTransfer[number] { try postTransfers(through: first - 1) }
        if case .text(let rental)? = row.columns?["rental_id"] { try lives.lead(rental, to: .running) }
        try insert(row)
    }

    /// The rental whose hold a transfer fills or empties, or whose charge it gives back.
    private func rental(of transfer: SegmentLine.ChangedRow) -> String {
        guard case .text(let cause)? = transfer.columns?["cause"] else { return "" }
        return cause.split(separator: ":").last.map(String.init) ?? ""
    }

    private func insert(_ row: SegmentLine.ChangedRow) throws {
        guard let columns = row.columns else { return }
        try transaction.insert(into: row.table, columns)
    }
}
