import Domain

/// The number of one account in the books.
package struct AccountID: Hashable, Sendable, SQLConvertible {
    package let number: Int64

    init(_ number: Int64) { self.number = number }

    package var sqlValue: SQL.Value { .integer(number) }
}

/// Accounts that every wallet has, besides one hold for each of its rentals.
package enum WalletAccount: String, CaseIterable, Sendable {
    case available  // Paid money that may be spent.
    case promo  // Gift credit: spent first, never paid out.
    case refundPending = "refund_pending"  // On its way back to the card.
    case debt  // Owed after a chargeback; zero or below.
}

/// The outlet's own accounts. They may be below zero.
package enum HouseAccount: String, CaseIterable, Sendable {
    case stripe, revenue, writeoff, promoGrant = "promo_grant", fees, suspense
}

extension ReadSession {
    /// The wallet must be open.
    package func account(_ kind: WalletAccount, of user: ID<User>) throws -> AccountID {
        try onlyAccount(
            "SELECT id FROM account WHERE user_id = \(user) AND kind = \(kind.rawValue) AND rental_id IS NULL"
        )
    }

    package func account(_ kind: HouseAccount) throws -> AccountID {
        try onlyAccount("SELECT id FROM account WHERE user_id IS NULL AND kind = \(kind.rawValue)")
    }

    /// The hold must have been opened.
    package func hold(of rental: ID<Rental>) throws -> AccountID {
        try onlyAccount("SELECT id FROM account WHERE rental_id = \(rental)")
    }

    package func balance(of account: AccountID) throws -> Cents {
        guard let row = try row("SELECT balance_cents FROM account WHERE id = \(account)") else {
            preconditionFailure("accounts are never removed")
        }
        return row.cents("balance_cents")
    }

    private func onlyAccount(_ sql: SQL) throws -> AccountID {
        guard let row = try row(sql) else { preconditionFailure("no such account: \(sql.arguments)") }
        return AccountID(row.int("id"))
    }
}
