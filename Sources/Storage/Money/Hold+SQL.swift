import Domain

extension Transaction {
    /// Opens the empty hold of a rental that is in the books already.
    @discardableResult
    package func openHold(of rental: ID<Rental>, user: ID<User>) throws -> AccountID {
        try run("INSERT INTO account (kind, user_id, rental_id) VALUES ('hold', \(user), \(rental))")
        return try hold(of: rental)
    }
}

extension ReadSession {
    /// How `amount` gets into a hold: gift credit first, then paid money.
    package func legs(holding amount: Cents, for rental: ID<Rental>, user: ID<User>) throws -> [TransferLeg] {
        let hold = try hold(of: rental)
        let promo = try account(.promo, of: user)
        let fromPromo = min(amount, try balance(of: promo))
        return [
            TransferLeg(debit: promo, credit: hold, amount: fromPromo),
            TransferLeg(debit: try account(.available, of: user), credit: hold, amount: amount - fromPromo),
        ]
    }

    /// How all that is left in a hold goes back where it came from. Usage spent the gift credit in it first, so paid
    /// money goes back before it.
    package func legs(releasing rental: ID<Rental>, user: ID<User>) throws -> [TransferLeg] {
        let (hold, paid) = (try hold(of: rental), try account(.available, of: user))
        let left = try balance(of: hold)
        let toPaid = min(left, try held(in: hold, from: paid))
        return [
            TransferLeg(debit: hold, credit: paid, amount: toPaid),
            TransferLeg(debit: hold, credit: try account(.promo, of: user), amount: left - toPaid),
        ]
    }

    /// How all that a closed rental was charged goes back, gift credit as gift credit. Its hold is released before.
    package func legs(crediting rental: ID<Rental>, user: ID<User>) throws -> [TransferLeg] {
        let (revenue, paid) = (try account(.revenue), try account(.available, of: user))
        let charged = try row(
            """
            SELECT COALESCE(SUM(cents), 0) AS cents, COALESCE(SUM(available_cents), 0) AS available_cents
              FROM usage
             WHERE rental_id = \(rental)
            """)!
        let toPaid = charged.cents("available_cents") + (try held(in: hold(of: rental), from: paid))
        return [
            TransferLeg(
                debit: revenue, credit: try account(.promo, of: user), amount: charged.cents("cents") - toPaid
            ),
            TransferLeg(debit: revenue, credit: paid, amount: toPaid),
        ]
    }

    /// What of a hold came from `source` and has not gone back there.
    private func held(in hold: AccountID, from source: AccountID) throws -> Cents {
        try row("SELECT cents FROM hold_source WHERE hold_id = \(hold) AND source_id = \(source)")!.cents(
            "cents")
    }
}
