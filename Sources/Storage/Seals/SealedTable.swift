/// The tables that seals lie over, in this order. Each numbers its rows from 1 without a gap.
package enum SealedTable: String, CaseIterable, Sendable {
    case account, milestone, usage, transfer
    case line = "ledger_entry"

    /// The column that numbers the rows.
    package var number: String { self == .line ? "seq" : "id" }

    /// What of a row never changes, in the order of its canonical form; its number is the first.
    package var columns: [String] {
        switch self {
        case .account: ["id", "kind", "user_id", "rental_id"]
        case .milestone:
            [
                "id", "rental_id", "user_id", "state", "rate_cents", "max_rate_cents", "asked_at_s",
                "running_at_s", "ends_at_s", "closed_at_s", "stop_reason",
            ]
        case .usage:
            [
                "id", "rental_id", "from_s", "to_s", "seconds", "rate_cents", "cents", "hold_cents",
                "promo_cents", "available_cents", "entry_id", "posted_at_s",
            ]
        case .transfer:
            [
                "id", "code", "cause", "usage_id", "leg", "debit_id", "credit_id", "amount_cents",
                "posted_at_s",
            ]
        case .line:
            [
                "seq", "id", "user_id", "type", "cause", "usage_id", "rental_id", "amount_cents",
                "available_after_cents", "reserved_after_cents", "posted_at_s", "note",
            ]
        }
    }

    /// Its rows behind `start`, in order, with `columns`.
    package func rows(after start: Int64) -> SQL {
        // Names of this file, never text from outside.
        let text = "SELECT \(columns.joined(separator: ", ")) FROM \(rawValue) WHERE \(number) > "
        return "\(SQL(stringLiteral: text))\(start) ORDER BY \(SQL(stringLiteral: number))"
    }
}
