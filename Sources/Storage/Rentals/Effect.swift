import Domain

/// An order to a provider, written in the transaction that decided it and carried out by the meter afterwards.
/// Each is idempotent, retried with backoff, and never given up.
package struct Effect: Sendable {
    package enum Kind: String, Sendable { case allocate, terminate }

    package let number: Int64  // Primary key.
    package let kind: Kind
    package let rental: ID<Rental>
    package let attempt: Int64
    package let tries: Int

    init(_ row: Row) {
        number = row.int("id")
        kind = Kind(rawValue: row.text("kind"))!  // The schema knows these two.
        rental = row.id("rental_id")
        attempt = row.int("attempt_id")
        tries = Int(row.int("tries"))
    }
}

extension ReadSession {
    package func effects(dueAt now: Int64, limit: Int) throws -> [Effect] {
        try rows(
            """
            SELECT id, kind, rental_id, attempt_id, tries FROM effect
             WHERE done_at_ms IS NULL AND due_at_ms <= \(now)
             ORDER BY due_at_ms, id LIMIT \(limit)
            """
        ).map(Effect.init)
    }

    package func hasOpenEffect(_ kind: Effect.Kind, of attempt: Int64) throws -> Bool {
        try row(
            """
            SELECT 1 AS found FROM effect
             WHERE attempt_id = \(attempt) AND kind = \(kind.rawValue) AND done_at_ms IS NULL
            """) != nil
    }
}

extension Transaction {
    package func order(_ kind: Effect.Kind, rental: ID<Rental>, attempt: Int64, at now: Int64) throws {
        guard try !hasOpenEffect(kind, of: attempt) else { return }
        try run(
            """
            INSERT INTO effect (kind, rental_id, attempt_id, due_at_ms, tries, created_at_ms)
            VALUES (\(kind.rawValue), \(rental), \(attempt), \(now), 0, \(now))
            """)
    }

    package func finish(_ effect: Effect, at now: Int64) throws {
        try run("UPDATE effect SET done_at_ms = \(now) WHERE id = \(effect.number) AND done_at_ms IS NULL")
    }

    package func postpone(_ effect: Effect, until due: Int64, error: String) throws {
        try run(
            """
            UPDATE effect SET due_at_ms = \(due), tries = tries + 1, error = \(error) WHERE id = \(effect.number)
            """)
    }
}
