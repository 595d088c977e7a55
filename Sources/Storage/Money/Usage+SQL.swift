import Domain

extension Transaction {
    /// Bills the rental up to `end`, counted from its second 0: its hold pays first, then gift credit, then paid money.
    /// The schema posts the transfers, moves the billed seconds and writes the line `entry` in the same statement.
    /// - Returns: what these seconds cost.
    /// - Throws: `LedgerRefusal.insufficientBalance` when all three together cannot pay; nothing is changed then.
    @discardableResult
    package func insertUsage(
        of rental: MeteredRental, user: ID<User>, to end: Seconds, entry: ID<LedgerEntry>, at instant: Instant
    ) throws -> Cents {
        precondition(end > rental.billed, "usage has at least one second")
        let funds = try funds(of: user, for: rental.id)
        let cents = rental.rate.price(of: end) - rental.charged
        let fromHold = min(cents, funds.hold)
        let fromPromo = min(cents - fromHold, funds.promo)
        let fromAvailable = cents - fromHold - fromPromo
        guard fromAvailable <= funds.available else {
            throw LedgerRefusal.insufficientBalance(available: funds.promo + funds.available)
        }
        try run(
            """
            INSERT INTO usage (rental_id, from_s, to_s, seconds, rate_cents, cents,
                               hold_cents, promo_cents, available_cents, entry_id, posted_at_s)
            VALUES (\(rental.id), \(rental.billed), \(end), \(end - rental.billed), \(rental.rate), \(cents),
                    \(fromHold), \(fromPromo), \(fromAvailable), \(entry), \(instant))
            """)
        return cents
    }
}

extension ReadSession {
    /// What pays for a rental, in this order.
    fileprivate func funds(of user: ID<User>, for rental: ID<Rental>) throws -> (
        hold: Cents, promo: Cents, available: Cents
    ) {
        let row = try row(
            """
            SELECT h.balance_cents AS hold_cents, p.balance_cents AS promo_cents, a.balance_cents AS available_cents
              FROM account h
              JOIN account p ON p.user_id = h.user_id AND p.kind = 'promo' AND p.rental_id IS NULL
              JOIN account a ON a.user_id = h.user_id AND a.kind = 'available' AND a.rental_id IS NULL
             WHERE h.rental_id = \(rental) AND h.user_id = \(user)
            """)!
        return (row.cents("hold_cents"), row.cents("promo_cents"), row.cents("available_cents"))
    }
}
