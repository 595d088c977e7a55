import Domain

/// A rental whose pod is being made or runs, with its newest attempt: as much as it takes to ask a provider.
package struct LiveRental: Sendable {
    package let status: RentalStatus
    package let attempt: Attempt

    package var id: ID<Rental> { attempt.rental }
}

extension ReadSession {
    /// In this state, in the order of their launches: the first ones, or those after `last`.
    package func liveRentals(
        _ status: RentalStatus, after last: ID<Rental>? = nil, limit: Int = .max
    ) throws -> [LiveRental] {
        try rows(
            """
            SELECT a.* FROM rental r JOIN attempt a ON a.rental_id = r.id
             WHERE r.state = \(status.rawValue) AND r.id > \(last?.text ?? "")
               AND a.number = (SELECT MAX(number) FROM attempt WHERE rental_id = r.id)
             ORDER BY r.id LIMIT \(Int64(limit))
            """
        ).map { LiveRental(status: status, attempt: Attempt($0)) }
    }

    /// Whether more than `count` rentals run.
    package func runMore(than count: Int) throws -> Bool {
        try row("SELECT 1 AS found FROM rental WHERE state = 'running' LIMIT 1 OFFSET \(Int64(count))") != nil
    }
}
