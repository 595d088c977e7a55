import Domain

/// When and by how much a wallet fills itself.
package struct AutoTopupRow: Hashable, Sendable {
    package var isEnabled: Bool
    package var threshold: Cents
    package var amount: Cents
    package var monthlyCap: Cents?

    package init(isEnabled: Bool, threshold: Cents, amount: Cents, monthlyCap: Cents?) {
        self.isEnabled = isEnabled
        self.threshold = threshold
        self.amount = amount
        self.monthlyCap = monthlyCap
    }
}

extension ReadSession {
    package func autoTopup(of user: ID<User>) throws -> AutoTopupRow? {
        try row("SELECT * FROM auto_topup WHERE user_id = \(user)").map {
            AutoTopupRow(
                isEnabled: $0.int("enabled") == 1, threshold: $0.cents("threshold_cents"),
                amount: $0.cents("amount_cents"),
                monthlyCap: $0.isNull("monthly_cap_cents") ? nil : $0.cents("monthly_cap_cents"))
        }
    }
}

extension ReadSession {
    /// Wallets that fill themselves and from which something is spent now, or soon.
    package func busyWalletsWithAutoTopup() throws -> [ID<User>] {
        try rows(
            """
            SELECT a.user_id
              FROM auto_topup a
             WHERE a.enabled = 1
               AND EXISTS (
                    SELECT 1 FROM rental r
                     WHERE r.user_id = a.user_id AND r.state IN ('provisioning', 'running'))
             ORDER BY a.user_id
            """
        ).map { $0.id("user_id") }
    }

    package func lastAutoTopup(of user: ID<User>) throws -> PaymentRow? {
        try row(
            "SELECT * FROM payment WHERE user_id = \(user) AND kind = 'auto_topup' ORDER BY id DESC LIMIT 1"
        ).map(PaymentRow.init)
    }

    /// What a wallet was filled with by itself since `start`, with what is under way.
    package func autoToppedUp(by user: ID<User>, since start: Instant) throws -> Cents {
        try row(
            """
            SELECT COALESCE(SUM(amount_cents), 0) AS cents
              FROM payment
             WHERE user_id = \(user) AND kind = 'auto_topup' AND state IN ('pending', 'succeeded')
               AND created_at_s >= \(start)
            """)!.cents("cents")
    }
}

extension Transaction {
    package func setAutoTopup(_ wish: AutoTopupRow, of user: ID<User>) throws {
        try run(
            """
            INSERT INTO auto_topup (user_id, enabled, threshold_cents, amount_cents, monthly_cap_cents)
            VALUES (\(user), \(wish.isEnabled), \(wish.threshold), \(wish.amount), \(wish.monthlyCap))
            ON CONFLICT (user_id) DO UPDATE SET
                enabled = excluded.enabled, threshold_cents = excluded.threshold_cents,
                amount_cents = excluded.amount_cents, monthly_cap_cents = excluded.monthly_cap_cents
            """)
    }

    package func disableAutoTopup(of user: ID<User>) throws {
        try run("UPDATE auto_topup SET enabled = 0 WHERE user_id = \(user)")
    }
}
