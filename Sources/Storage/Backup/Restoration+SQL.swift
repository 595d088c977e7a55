import Domain

/// Books that came out of a backup.
package struct Restoration: Sendable {
    package let snapshot: String
    package let reachedAt: Instant  // What was committed later is not in these books.
    package let restoredAt: Instant  // By the wall clock.

    package init(snapshot: String, reachedAt: Instant, restoredAt: Instant) {
        self.snapshot = snapshot
        self.reachedAt = reachedAt
        self.restoredAt = restoredAt
    }
}

extension ReadSession {
    /// The restoration that no person has accepted yet. While there is one, nothing is made or ended at a provider.
    package func openRestoration() throws -> Restoration? {
        try row(
            """
            SELECT snapshot, reached_at_s, restored_at_s FROM restoration
             WHERE accepted_at_s IS NULL ORDER BY id DESC LIMIT 1
            """
        ).map {
            Restoration(
                snapshot: $0.text("snapshot"), reachedAt: $0.instant("reached_at_s"),
                restoredAt: $0.instant("restored_at_s"))
        }
    }

    package func isReportOnly() throws -> Bool { try openRestoration() != nil }
}

extension Transaction {
    package func insert(_ restoration: Restoration) throws {
        try run(
            """
            INSERT INTO restoration (snapshot, reached_at_s, restored_at_s)
            VALUES (\(restoration.snapshot), \(restoration.reachedAt), \(restoration.restoredAt))
            """)
    }

    /// False when there was none to accept.
    package func acceptRestorations(by person: String, at now: Instant) throws -> Bool {
        try run(
            """
            UPDATE restoration SET accepted_at_s = \(now), accepted_by = \(person) WHERE accepted_at_s IS NULL
            """) > 0
    }
}
