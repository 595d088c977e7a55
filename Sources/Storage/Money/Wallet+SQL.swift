import Domain

/// What is posted to a wallet. Live figures need its rentals too: see `walletView`.
package struct WalletFunds: Hashable, Sendable {
    package let available: Cents  // Paid money only.
    package let promo: Cents  // Gift credit.
    package let holds: [ID<Rental>: Cents]  // Those that are not empty.

    package var spendable: Cents { available + promo }
    package var reserved: Cents { holds.values.sum() }
}

extension ReadSession {
    package func hasWallet(_ user: ID<User>) throws -> Bool {
        try row("SELECT 1 AS one FROM wallet WHERE user_id = \(user)") != nil
    }

    /// The wallet must be open.
    package func funds(of user: ID<User>) throws -> WalletFunds {
        let holds = try rows(
            """
            SELECT rental_id, balance_cents
              FROM account
             WHERE user_id = \(user) AND kind = 'hold' AND balance_cents > 0
            """)
        let own = try rows(
            """
            SELECT kind, balance_cents
              FROM account
             WHERE user_id = \(user) AND kind IN ('available', 'promo') AND rental_id IS NULL
            """)
        let cents = Dictionary(
            uniqueKeysWithValues: own.map { ($0.text("kind"), $0.cents("balance_cents")) })
        return WalletFunds(
            available: cents["available"]!, promo: cents["promo"]!,
            holds: Dictionary(
                uniqueKeysWithValues: holds.map { ($0.id("rental_id"), $0.cents("balance_cents")) }))
    }

    /// When money ends the next rental of the wallet, as every change of the wallet writes it down; nil for never.
    package func exhaustion(of user: ID<User>) throws -> Instant? {
        try row("SELECT exhausts_at_s FROM wallet WHERE user_id = \(user)")?.optionalInstant("exhausts_at_s")
    }

    /// The rentals of `user` that run and are not closed, in the order of their launch.
    package func openRentals(of user: ID<User>) throws -> [MeteredRental] {
        try values(
            """
            SELECT r.id, r.rate_cents, r.running_at_s, r.billed_s, h.balance_cents,
                   COALESCE(r.ends_at_s, r.auto_stop_at_s), r.confirmed_at_s
              FROM rental r
              JOIN account h ON h.rental_id = r.id
             WHERE r.user_id = \(user) AND r.closed_at_s IS NULL AND r.running_at_s IS NOT NULL
             ORDER BY r.id
            """
        ) {
            try MeteredRental(
                id: $0.id(), rate: $0.rate(), startedAt: $0.instant(), billed: $0.seconds(), hold: $0.cents(),
                endsAt: $0.optionalInstant(), confirmedAt: $0.instant())
        }
    }

    /// The wallet as it stands in the books, with what still draws from it.
    package func walletState(of user: ID<User>) throws -> WalletState {
        let sums = try row(
            """
            SELECT (SELECT SUM(balance_cents)
                      FROM account
                     WHERE user_id = \(user) AND kind IN ('available', 'promo') AND rental_id IS NULL) AS available,
                   (SELECT COALESCE(SUM(balance_cents), 0)
                      FROM account
                     WHERE user_id = \(user) AND kind = 'hold' AND balance_cents > 0) AS reserved
            """)!
        return WalletState(
            available: sums.cents("available"), reserved: sums.cents("reserved"),
            rentals: try openRentals(of: user))
    }
}

extension Transaction {
    /// Gives a renter an empty wallet with its accounts. An open one stays as it is.
    package func openWallet(for user: ID<User>) throws {
        guard try !hasWallet(user) else { return }
        try run("INSERT INTO wallet (user_id) VALUES (\(user))")
        for kind in WalletAccount.allCases {
            try run("INSERT INTO account (kind, user_id) VALUES (\(kind.rawValue), \(user))")
        }
    }

    /// When money ends the next rental of the wallet: what the meter sleeps until.
    package func setExhaustion(of user: ID<User>, at instant: Instant?) throws {
        try run("UPDATE wallet SET exhausts_at_s = \(instant) WHERE user_id = \(user)")
    }
}
