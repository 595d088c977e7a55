import Domain
import Storage

extension Context {
    /// Brings a wallet's books up to `now`: ends what money or an auto-stop has ended, posts every confirmed second,
    /// closes what has ended, and notes when money ends the next. Every transaction that touches a wallet begins
    /// with it.
    ///
    /// Owed is reckoned from the start of each rental, never from the last posting. So the total does not depend on
    /// how often this runs, and a late, missed or repeated run heals itself.
    package func settle(_ user: ID<User>, at now: Instant, in transaction: any Transaction) throws {
        var wallet = try transaction.walletState(of: user)
        let ends = exhaustion(of: wallet.rentals, funds: wallet.available, until: now)
        for (rental, end) in ends.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
            guard let row = try transaction.rental(rental), row.status == .running else { continue }
            try self.end(row, at: end, reason: .walletEmpty, in: transaction)
        }
        // The renter's own deadline: billed to its second, however late this runs.
        for rental in wallet.rentals {
            guard let end = rental.endsAt, end <= now, let row = try transaction.rental(rental.id),
                row.status == .running, row.endsAt == nil
            else { continue }
            try self.end(row, at: end, reason: .autoStop, in: transaction)
        }
        if !ends.isEmpty { wallet = try transaction.walletState(of: user) }
        for rental in wallet.rentals { try settle(rental, of: user, at: now, in: transaction) }
        try schedule(user, in: transaction)
    }

    /// Posts what is due of one rental, and closes it once its last second is known to have been delivered.
    private func settle(
        _ rental: MeteredRental, of user: ID<User>, at now: Instant, in transaction: any Transaction
    ) throws {
        let end = rental.endsAt.flatMap { $0 <= now ? $0 : nil }  // A later one is only planned.
        let through = end.map { rental.time.billable(at: $0) } ?? min(now, rental.confirmedAt)
        let isFinal = through == end
        if through > rental.confirmedAt { try transaction.confirm(rental.id, at: through) }
        try post(rental, of: user, through: through, evenIfNothing: isFinal, at: now, in: transaction)
        if isFinal { try close(rental.id, of: user, as: .release, at: now, in: transaction) }
    }

    /// Closes a rental whose pod is gone for certain: billed to the last second at which it was seen alive.
    func closeAtLastConfirmation(
        _ rental: ID<Rental>, of user: ID<User>, at now: Instant, in transaction: any Transaction
    ) throws {
        guard let open = try transaction.walletState(of: user).rentals.first(where: { $0.id == rental })
        else { return }
        let through = min(open.confirmedAt, open.endsAt ?? open.confirmedAt)
        try post(open, of: user, through: through, evenIfNothing: true, at: now, in: transaction)
        try close(rental, of: user, as: .release, at: now, in: transaction)
        try schedule(user, in: transaction)
    }

    /// One interval, from where the last one ended. Seconds that do not yet make a cent wait for the next one.
    private func post(
        _ rental: MeteredRental, of user: ID<User>, through: Instant, evenIfNothing: Bool, at now: Instant,
        in transaction: any Transaction
    ) throws {
        let elapsed = through - rental.startedAt
        guard elapsed > rental.billed, evenIfNothing || rental.rate.price(of: elapsed) > rental.charged else {
            return
        }
        try transaction.insertUsage(
            of: rental, user: user, to: elapsed, entry: ID(environment.newULID()), at: now)
    }

    /// Nothing more is billed: the rest of the hold goes back where it came from.
    func close(
        _ rental: ID<Rental>, of user: ID<User>, as way: HoldReturn, at now: Instant,
        in transaction: any Transaction
    ) throws {
        try transaction.markClosed(rental, at: now)
        try postReturn(of: rental, to: user, as: way, at: now, in: transaction)
    }

    /// Notes when money ends the next rental of this wallet, supposing that every pod stays alive.
    func schedule(_ user: ID<User>, in transaction: any Transaction) throws {
        let wallet = try transaction.walletState(of: user)
        let ends = exhaustion(of: wallet.rentals, funds: wallet.available)
        try transaction.setExhaustion(of: user, at: ends.values.min())
        try warn(user, exhaustsAt: ends.values.min(), in: transaction)
    }
}
