import Domain

/// One try at a provider; its label is the only handle that every provider knows.
package struct Attempt: Sendable {
    /// `pending`: not sent. `unknown`: sent, and no answer that can be trusted yet.
    package enum Outcome: String, Sendable { case pending, created, refused, unknown, gone }

    package let number: Int64  // Primary key.
    package let rental: ID<Rental>
    package let label: String
    package let listing: Listing.ID
    package let provider: String
    package let offerKey: String
    package let rate: HourlyRate
    package let outcome: Outcome
    package let upstreamID: String?
    package let error: String?
    package let startedAt: Instant
    package let endedAt: Instant?

    init(_ row: Row) {
        number = row.int("id")
        rental = row.id("rental_id")
        label = row.text("label")
        listing = row.id("listing_id")
        provider = row.text("provider")
        offerKey = row.text("offer_key")
        rate = row.rate("rate_cents")
        outcome = Outcome(rawValue: row.text("outcome"))!  // The schema knows these five.
        upstreamID = row.optionalText("upstream_id")
        error = row.optionalText("error")
        startedAt = row.instant("started_at_s")
        endedAt = row.optionalInstant("ended_at_s")
    }
}

extension ReadSession {
    package func attempts(of rental: ID<Rental>) throws -> [Attempt] {
        try rows("SELECT * FROM attempt WHERE rental_id = \(rental) ORDER BY number").map(Attempt.init)
    }

    package func attempt(_ number: Int64) throws -> Attempt? {
        try row("SELECT * FROM attempt WHERE id = \(number)").map(Attempt.init)
    }

    package func attempt(label: String) throws -> Attempt? {
        try row("SELECT * FROM attempt WHERE label = \(label)").map(Attempt.init)
    }
}

extension Transaction {
    /// The intent, before the provider hears of it. Answers its key.
    package func insertAttempt(
        of rental: ID<Rental>, number: Int, label: String, listing: Listing, at now: Instant
    ) throws -> Int64 {
        try run(
            """
            INSERT INTO attempt (rental_id, number, label, listing_id, provider, offer_key, rate_cents, outcome,
                                 started_at_s)
            VALUES (\(rental), \(number), \(label), \(listing.id), \(listing.provider), \(listing.offerKey),
                    \(listing.price), 'pending', \(now))
            """)
        return try row("SELECT id FROM attempt WHERE label = \(label)")!.int("id")
    }

    package func setOutcome(
        _ outcome: Attempt.Outcome, of attempt: Int64, upstreamID: String? = nil, error: String? = nil,
        endedAt: Instant? = nil
    ) throws {
        try run(
            """
            UPDATE attempt SET outcome = \(outcome.rawValue), upstream_id = COALESCE(upstream_id, \(upstreamID)),
                               error = COALESCE(\(error), error), ended_at_s = COALESCE(ended_at_s, \(endedAt))
             WHERE id = \(attempt)
            """)
    }
}
