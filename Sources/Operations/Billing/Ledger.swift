import Domain
import Storage

extension Context {
    /// One page, newest first, and the posted total. A cursor is the place of the last line read.
    /// - Throws: `CursorRefusal`.
    package func ledger(
        of user: ID<User>, filter: LedgerFilter, cursor: String?, pageSize: Int
    ) throws -> (page: Page<LedgerEntryView>, balance: Cents) {
        let before = try cursor.map { text in
            guard let sequence = Int64(text), sequence > 0, String(sequence) == text else {
                throw CursorRefusal()
            }
            return sequence
        }
        return try database.read { session in
            let rows = try session.entries(
                of: user, where: filter.condition(before: before), limit: pageSize + 1)
            let items = Array(rows.prefix(pageSize))
            let next = rows.count > pageSize ? items.last.map { String($0.sequence) } : nil
            let wallet = try session.walletState(of: user)
            return (Page(items: items, next: next), wallet.available + wallet.reserved)
        }
    }

    /// Lines older than `sequence`, newest first.
    package func ledgerRows(
        of user: ID<User>, filter: LedgerFilter, before sequence: Int64?, limit: Int
    ) throws -> [LedgerEntryView] {
        try database.read {
            try $0.entries(of: user, where: filter.condition(before: sequence), limit: limit)
        }
    }
}

extension LedgerFilter {
    fileprivate func condition(before sequence: Int64?) -> SQL {
        var condition: SQL = "1 = 1"
        if let sequence { condition = "\(condition) AND e.seq < \(sequence)" }
        if let type { condition = "\(condition) AND e.type = \(type)" }
        if let rental { condition = "\(condition) AND e.rental_id = \(rental)" }
        if let from { condition = "\(condition) AND e.posted_at_s >= \(from)" }
        if let to { condition = "\(condition) AND e.posted_at_s < \(to)" }
        return condition
    }
}

extension ReadSession {
    func entries(of user: ID<User>, where condition: SQL, limit: Int) throws -> [LedgerEntryView] {
        try rows(
            """
            SELECT e.seq, e.id, e.type, e.amount_cents, e.posted_at_s, e.available_after_cents, e.reserved_after_cents,
                   e.rental_id, e.note, p.id AS payment_id, p.charge_id, u.from_s, u.to_s, u.rate_cents, r.running_at_s,
                   (SELECT s.hash FROM seal s WHERE s.ledger_entry_to >= e.seq ORDER BY s.ledger_entry_to, s.id LIMIT 1)
                       AS seal
              FROM ledger_entry e
              LEFT JOIN usage u ON u.id = e.usage_id
              LEFT JOIN rental r ON r.id = e.rental_id
              LEFT JOIN payment p ON p.intent_id = \(intentOfLine)
             WHERE e.user_id = \(user) AND \(condition)
             ORDER BY e.seq DESC LIMIT \(limit)
            """
        ).map { row in
            let start = row.optionalInstant("running_at_s")
            let from = row.optionalInt("from_s").map { Seconds($0) }
            let to = row.optionalInt("to_s").map { Seconds($0) }
            return LedgerEntryView(
                sequence: row.int("seq"), id: row.id("id"), type: row.text("type"),
                amount: row.cents("amount_cents"),
                createdAt: row.instant("posted_at_s"), availableAfter: row.cents("available_after_cents"),
                reservedAfter: row.cents("reserved_after_cents"),
                rental: row.isNull("rental_id") ? nil : row.id("rental_id"),
                seconds: from.flatMap { from in to.map { $0 - from } },
                rate: row.isNull("rate_cents") ? nil : row.rate("rate_cents"),
                periodStart: from.flatMap { from in start.map { $0 + from } },
                periodEnd: to.flatMap { to in start.map { $0 + to } },
                payment: row.isNull("payment_id") ? nil : row.id("payment_id"),
                charge: row.optionalText("charge_id"), note: row.optionalText("note"),
                seal: row.optionalBlob("seal"))
        }
    }
}

/// By its cause, the intent of the payment that a line is about; NULL for all other lines.
private let intentOfLine: SQL = """
    CASE WHEN e.type IN ('stripe_topup', 'auto_topup') THEN substr(e.cause, 9)
         WHEN e.cause LIKE 'debt:%' THEN substr(e.cause, 6)
         WHEN e.cause LIKE 'rf:%' THEN
              (SELECT f.intent_id FROM payment_refund f WHERE f.id = replace(substr(e.cause, 4), ':failed', ''))
         WHEN e.cause LIKE 'dispute:%' THEN
              (SELECT d.intent_id FROM payment_dispute d WHERE d.id = substr(e.cause, 9))
         WHEN e.cause LIKE 'dispute_won:%' THEN
              (SELECT d.intent_id FROM payment_dispute d WHERE d.id = substr(e.cause, 13))
    END
    """
