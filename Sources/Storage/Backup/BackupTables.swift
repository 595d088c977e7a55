/// How each table comes into a backup between two snapshots. Every table of the schema stands in one of these lists.
package enum BackupTables {
    /// Tables that only grow, with the column that numbers their rows. Replayed in the order of the ledger.
    static let history = [
        "event": "seq", "usage": "id", "transfer": "id", "ledger_entry": "seq", "milestone": "id",
        "seal": "id",
    ]

    /// Tables whose rows change, with their key: `changed_row` names what is new. In the order of their references.
    static let changing: [(table: String, key: String)] = [
        ("renter", "id"), ("ssh_key", "id"), ("wallet", "user_id"), ("stripe_account", "id"),
        ("stripe_customer", "user_id"), ("saved_card", "user_id"), ("removed_card", "payment_method_id"),
        ("payment", "id"), ("stripe_event", "id"), ("payment_refund", "id"), ("payment_dispute", "id"),
        ("auto_topup", "user_id"), ("rental", "id"), ("account", "id"), ("attempt", "id"), ("effect", "id"),
    ]

    /// Tables that only snapshots hold. What they lose can be had again, belongs to one machine, or follows from the rest.
    package static let snapshotOnly: Set = [
        "sign_in", "sign_in_link", "idempotency", "listing", "catalog_state", "movement", "migration",
        "clock",
        "lease", "meter_state", "spending_limit", "spend_alert", "runway_watch",
        "sign_in_code", "invitation", "mail", "oauth_identity", "changed_row", "backup_state", "restoration",
        "pod_sighting", "sqlite_sequence", "access_token", "listing_day", "family_day", "usual_cost",
        "held_offer", "unmapped_gpu", "allowed_cost", "unit_lease", "block", "attempt_result", "attempt_cost",
        "provider_balance",
    ]

    package static var all: Set<String> {
        snapshotOnly.union(history.keys).union(changing.map(\.table))
    }
}

/// How far a backup has read: the last number of each table of history, and of the queue of changed rows.
package struct BackupPosition: Hashable, Codable, Sendable {
    package var numbers: [String: Int64]

    package init(_ numbers: [String: Int64] = [:]) { self.numbers = numbers }

    package init(from decoder: any Decoder) throws {
        numbers = try decoder.singleValueContainer().decode([String: Int64].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(numbers)
    }

    package subscript(_ table: String) -> Int64 {
        get { numbers[table] ?? 0 }
        set { numbers[table] = newValue }
    }

    /// Whether all that `other` has read is before this position or at it.
    package func covers(_ other: BackupPosition) -> Bool { other.numbers.allSatisfy { self[$0] >= $1 } }
}

extension ReadSession {
    /// The position behind everything that this view of the database has.
    package func backupPosition() throws -> BackupPosition {
        var position = BackupPosition()
        for (table, number) in BackupTables.history {
            // Names of the list above, never of a stranger's making.
            let newest = SQL(stringLiteral: "SELECT COALESCE(MAX(\(number)), 0) AS newest FROM \(table)")
            position[table] = try row(newest)!.int("newest")
        }
        position[changedRows] =
            try row("SELECT seq AS newest FROM sqlite_sequence WHERE name = 'changed_row'")?.int("newest")
            ?? 0
        return position
    }

    /// Names one history of books: another one after a new start, and after every restore. What was written down of one
    /// must not be replayed onto another.
    package func historyName() throws -> String {
        let restored = try row("SELECT COALESCE(MAX(restored_at_s), 0) AS at_s FROM restoration")!.int("at_s")
        return "\(try booksBegan().secondsSince1970)-\(restored)"
    }
}

let changedRows = "changed_row"
