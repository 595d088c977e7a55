import Domain

/// How the rest of a hold goes back.
package enum HoldReturn: Sendable {
    case release  // The rental has ended.
    case refund(note: String)  // It never ran; the renter is told why.
}

extension ReadSession {
    /// What of a rental's hold has gone back to its wallet.
    package func returned(of rental: ID<Rental>) throws -> Cents {
        try row(
            """
            SELECT COALESCE(SUM(t.amount_cents), 0) AS cents
              FROM transfer t JOIN account h ON h.id = t.debit_id
             WHERE h.rental_id = \(rental) AND t.code = 'release'
            """)!.cents("cents")
    }

    fileprivate func account(_ kind: String, of user: ID<User>) throws -> (id: Int64, balance: Cents) {
        let row = try row(
            """
            SELECT id, balance_cents FROM account
             WHERE user_id = \(user) AND kind = \(kind) AND rental_id IS NULL
            """)!
        return (row.int("id"), row.cents("balance_cents"))
    }

    fileprivate func hold(of rental: ID<Rental>) throws -> (id: Int64, user: ID<User>, balance: Cents) {
        let row = try row("SELECT id, user_id, balance_cents FROM account WHERE rental_id = \(rental)")!
        return (row.int("id"), row.id("user_id"), row.cents("balance_cents"))
    }

    fileprivate func house(_ kind: String) throws -> Int64 {
        try row("SELECT id FROM account WHERE user_id IS NULL AND kind = \(kind)")!.int("id")
    }
}

/// One transfer to post: from an account to another.
private struct Leg {
    let debit: Int64
    let credit: Int64
    let amount: Cents
}

extension Transaction {
    /// Reserves `amount` for a new rental, gift credit first. Available must have it: the schema refuses an overdraft.
    package func postHold(
        _ amount: Cents, for rental: ID<Rental>, of user: ID<User>, entry: ID<LedgerEntry>, at now: Instant
    ) throws {
        try run("INSERT INTO account (kind, user_id, rental_id) VALUES ('hold', \(user), \(rental))")
        let hold = try hold(of: rental).id
        let promo = try account("promo", of: user)
        let available = try account("available", of: user)
        let gift = min(amount, promo.balance)
        try post(
            "hold", cause: "hold:\(rental)",
            [Leg(debit: promo.id, credit: hold, amount: gift), Leg(debit: available.id, credit: hold, amount: amount - gift)],
            at: now)
        try insertEntry(entry, type: "hold", of: user, cause: "hold:\(rental)", rental: rental, change: .zero, at: now)
    }

    /// Bills one rental from where its last interval ended up to second `to`; its own hold pays first.
    /// The schema posts the legs and the line, and refuses what is not due.
    package func postUsage(of rental: MeteredRental, to: Seconds, entry: ID<LedgerEntry>, at now: Instant) throws {
        let hold = try hold(of: rental.id)
        let cents = rental.rate.price(of: to) - rental.rate.price(of: rental.billed)
        let fromHold = min(cents, hold.balance)
        let fromPromo = min(cents - fromHold, try account("promo", of: hold.user).balance)
        try run(
            """
            INSERT INTO usage (rental_id, from_s, to_s, seconds, rate_cents, cents, hold_cents, promo_cents,
                               available_cents, entry_id, posted_at_s)
            VALUES (\(rental.id), \(rental.billed), \(to), \(to - rental.billed), \(rental.rate), \(cents),
                    \(fromHold), \(fromPromo), \(cents - fromHold - fromPromo), \(entry), \(now))
            """)
    }

    /// The rest of a hold goes back where it came from, paid money first, so that a gift is what was spent.
    package func returnHold(of rental: ID<Rental>, as way: HoldReturn, entry: ID<LedgerEntry>, at now: Instant) throws {
        let hold = try hold(of: rental)
        let available = try account("available", of: hold.user).id
        let promo = try account("promo", of: hold.user).id
        let paid = min(hold.balance, try paidPart(of: hold.id, from: available))
        let (type, cause, note) =
            switch way {
            case .release: ("release", "rel:\(rental)", String?.none)
            case .refund(let note): ("refund", "refund:\(rental)", note)
            }
        try post(
            "release", cause: cause,
            [
                Leg(debit: hold.id, credit: available, amount: paid),
                Leg(debit: hold.id, credit: promo, amount: hold.balance - paid),
            ], at: now)
        guard hold.balance > .zero || type == "refund" else { return }
        try insertEntry(entry, type: type, of: hold.user, cause: cause, rental: rental, change: .zero, note: note, at: now)
    }

    /// Gives back all that a closed rental was charged. Answers the amount; nothing was charged: nothing is posted.
    @discardableResult
    package func creditCharge(
        of rental: ID<Rental>, note: String, entry: ID<LedgerEntry>, at now: Instant
    ) throws -> Cents {
        let hold = try hold(of: rental)
        let available = try account("available", of: hold.user).id
        let promo = try account("promo", of: hold.user).id
        let charged = try row(
            """
            SELECT COALESCE(SUM(cents), 0) AS cents, COALESCE(SUM(available_cents), 0) AS paid_cents
              FROM usage WHERE rental_id = \(rental)
            """)!
        let total = charged.cents("cents")
        guard total > .zero else { return .zero }
        let paid = min(total, charged.cents("paid_cents") + (try paidPart(of: hold.id, from: available)))
        let revenue = try house("revenue")
        try post(
            "credit", cause: "credit:\(rental)",
            [
                Leg(debit: revenue, credit: available, amount: paid),
                Leg(debit: revenue, credit: promo, amount: total - paid),
            ], at: now)
        try insertEntry(
            entry, type: "refund", of: hold.user, cause: "credit:\(rental)", rental: rental, change: total, note: note,
            at: now)
        return total
    }

    /// The operator's word: money in, or out as far as available has it.
    package func postAdjustment(
        of user: ID<User>, by change: Cents, note: String, entry: ID<LedgerEntry>, at now: Instant
    ) throws {
        let available = try account("available", of: user).id
        let writeoff = try house("writeoff")
        let leg =
            change > .zero
            ? Leg(debit: writeoff, credit: available, amount: change)
            : Leg(debit: available, credit: writeoff, amount: -change)
        try post("adjust", cause: "adj:\(entry)", [leg], at: now)
        try insertEntry(
            entry, type: "adjustment", of: user, cause: "adj:\(entry)", rental: nil, change: change, note: note, at: now)
    }

    private func paidPart(of hold: Int64, from available: Int64) throws -> Cents {
        try row(
            """
            SELECT COALESCE(SUM(CASE WHEN credit_id = \(hold) THEN amount_cents ELSE -amount_cents END), 0) AS cents
              FROM transfer
             WHERE (debit_id = \(available) AND credit_id = \(hold)) OR (debit_id = \(hold) AND credit_id = \(available))
            """)!.cents("cents")
    }

    private func post(_ code: String, cause: String, _ legs: [Leg], at now: Instant) throws {
        for (number, leg) in legs.filter({ $0.amount > .zero }).enumerated() {
            try run(
                """
                INSERT INTO transfer (code, cause, leg, debit_id, credit_id, amount_cents, posted_at_s)
                VALUES (\(code), \(cause), \(number + 1), \(leg.debit), \(leg.credit), \(leg.amount), \(now))
                """)
        }
    }

    /// The line that the renter reads; the schema checks it against its transfers and the accounts.
    private func insertEntry(
        _ id: ID<LedgerEntry>, type: String, of user: ID<User>, cause: String, rental: ID<Rental>?, change: Cents,
        note: String? = nil, at now: Instant
    ) throws {
        let after = try walletState(of: user)
        try run(
            """
            INSERT INTO ledger_entry (id, user_id, type, cause, rental_id, amount_cents, available_after_cents,
                                      reserved_after_cents, posted_at_s, note)
            VALUES (\(id), \(user), \(type), \(cause), \(rental), \(change), \(after.available), \(after.reserved),
                    \(now), \(note))
            """)
    }
}
