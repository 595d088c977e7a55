import Domain

/// The card that may be charged while its owner is away.
package struct SavedCardRow: Hashable, Sendable {
    package let paymentMethod: String
    package let brand: String
    package let last4: String
    package let expiryMonth: Int64
    package let expiryYear: Int64

    package init(paymentMethod: String, brand: String, last4: String, expiryMonth: Int64, expiryYear: Int64) {
        self.paymentMethod = paymentMethod
        self.brand = brand
        self.last4 = last4
        self.expiryMonth = expiryMonth
        self.expiryYear = expiryYear
    }
}

extension ReadSession {
    package func stripeCustomer(of user: ID<User>) throws -> String? {
        try row("SELECT customer_id FROM stripe_customer WHERE user_id = \(user)")?.text("customer_id")
    }

    package func user(ofStripeCustomer customer: String) throws -> ID<User>? {
        try row("SELECT user_id FROM stripe_customer WHERE customer_id = \(customer)")?.id("user_id")
    }

    package func savedCard(of user: ID<User>) throws -> SavedCardRow? {
        try row("SELECT * FROM saved_card WHERE user_id = \(user)").map {
            SavedCardRow(
                paymentMethod: $0.text("payment_method_id"), brand: $0.text("brand"), last4: $0.text("last4"),
                expiryMonth: $0.int("exp_month"), expiryYear: $0.int("exp_year"))
        }
    }
}

extension ReadSession {
    /// Cards that were taken away and that Stripe still keeps, for all we know.
    package func cardsToDetach() throws -> [String] {
        try rows("SELECT payment_method_id FROM removed_card WHERE detached = 0").map {
            $0.text("payment_method_id")
        }
    }
}

extension Transaction {
    /// Of two at once, the first counts.
    package func setStripeCustomer(_ customer: String, of user: ID<User>) throws {
        try run(
            """
            INSERT INTO stripe_customer (user_id, customer_id) VALUES (\(user), \(customer))
            ON CONFLICT (user_id) DO NOTHING
            """)
    }

    /// The newest card is the one that counts. One that was taken away stays away, however late its event comes.
    package func saveCard(_ card: SavedCardRow, of user: ID<User>) throws {
        let removed =
            "SELECT 1 AS one FROM removed_card WHERE payment_method_id = \(card.paymentMethod)" as SQL
        guard try row(removed) == nil else { return }
        try run(
            """
            INSERT INTO saved_card (user_id, payment_method_id, brand, last4, exp_month, exp_year)
            VALUES (\(user), \(card.paymentMethod), \(card.brand), \(card.last4), \(card.expiryMonth), \(card.expiryYear))
            ON CONFLICT (user_id) DO UPDATE SET
                payment_method_id = excluded.payment_method_id, brand = excluded.brand, last4 = excluded.last4,
                exp_month = excluded.exp_month, exp_year = excluded.exp_year
            """)
    }

    /// Without its card a wallet does not fill itself up any more.
    /// - Parameter detached: whether Stripe has let go of it, too.
    package func forgetCard(_ paymentMethod: String, detached: Bool) throws {
        try run(
            """
            INSERT INTO removed_card (payment_method_id, detached)
            SELECT \(paymentMethod), 0
             WHERE NOT EXISTS (SELECT 1 FROM removed_card WHERE payment_method_id = \(paymentMethod))
            """)
        if detached {
            try run("UPDATE removed_card SET detached = 1 WHERE payment_method_id = \(paymentMethod)")
        }
        try run("DELETE FROM saved_card WHERE payment_method_id = \(paymentMethod)")
        try run(
            """
            UPDATE auto_topup SET enabled = 0
             WHERE enabled = 1 AND NOT EXISTS (SELECT 1 FROM saved_card c WHERE c.user_id = auto_topup.user_id)
            """)
    }
}
