import Domain

/// Which account at Stripe the books belong to, and how far its word was followed.
package struct StripeAccountRow: Hashable, Sendable {
    package let mode: String  // `live`, `test`, `stand-in`
    package let eventsTo: Int64?  // Unix seconds by Stripe's clock.
    package let reconciledAt: Instant?
    package let differences: Int64?  // Of the last comparison.
}

extension ReadSession {
    package func stripeAccount() throws -> StripeAccountRow? {
        try row("SELECT * FROM stripe_account WHERE id = 1").map {
            StripeAccountRow(
                mode: $0.text("mode"), eventsTo: $0.optionalInt("events_to_s"),
                reconciledAt: $0.optionalInstant("reconciled_at_s"),
                differences: $0.optionalInt("differences"))
        }
    }

    /// Whether anything in the books came from Stripe, or was asked of it.
    package func knowsStripe() throws -> Bool {
        try row("SELECT 1 AS one FROM payment UNION ALL SELECT 1 FROM stripe_customer LIMIT 1") != nil
    }
}

extension Transaction {
    /// The schema refuses another mode than that of the payments in the books.
    package func setStripeMode(_ mode: String) throws {
        if try stripeAccount() == nil {
            try run("INSERT INTO stripe_account (id, mode) VALUES (1, \(mode))")
        } else {
            try run("UPDATE stripe_account SET mode = \(mode), events_to_s = NULL WHERE id = 1")
        }
    }

    package func setStripeEvents(to time: Int64) throws {
        try run("UPDATE stripe_account SET events_to_s = \(time) WHERE id = 1")
    }

    package func setReconciled(at now: Instant, differences: Int) throws {
        try run(
            "UPDATE stripe_account SET reconciled_at_s = \(now), differences = \(differences) WHERE id = 1")
    }
}
