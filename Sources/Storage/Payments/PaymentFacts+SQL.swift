import Domain

/// Money that went back to a card.
package struct PaymentRefundRow: Sendable {
    package let id: String
    package let amount: Cents
    package let hasFailed: Bool  // The bank sent it back.
}

/// A payment that its card's owner disowns.
package struct PaymentDisputeRow: Sendable {
    package let id: String
    package let amount: Cents
    package let isWithdrawn: Bool  // Stripe has taken the money.
    package let isReinstated: Bool  // And given it back.
    package let isClosed: Bool  // The bank has decided.
}

extension ReadSession {
    package func refunds(ofIntent intent: String) throws -> [PaymentRefundRow] {
        try rows("SELECT * FROM payment_refund WHERE intent_id = \(intent) ORDER BY id").map {
            PaymentRefundRow(
                id: $0.text("id"), amount: $0.cents("amount_cents"), hasFailed: $0.int("failed") == 1)
        }
    }

    package func disputes(ofIntent intent: String) throws -> [PaymentDisputeRow] {
        try rows("SELECT * FROM payment_dispute WHERE intent_id = \(intent) ORDER BY id").map {
            PaymentDisputeRow(
                id: $0.text("id"), amount: $0.cents("amount_cents"), isWithdrawn: $0.int("withdrawn") == 1,
                isReinstated: $0.int("reinstated") == 1, isClosed: $0.int("closed") == 1)
        }
    }
}

extension Transaction {
    /// Keeps that an event came. False when it had come before.
    package func noteStripeEvent(_ id: String, type: String, apiVersion: String?, at now: Instant) throws
        -> Bool
    {
        guard try row("SELECT 1 AS found FROM stripe_event WHERE id = \(id)") == nil else { return false }
        try run(
            """
            INSERT INTO stripe_event (id, type, api_version, received_at_s)
            VALUES (\(id), \(type), \(apiVersion), \(now))
            """)
        return true
    }

    /// What one event says of a refund, whichever came before it.
    package func noteRefund(_ id: String, ofIntent intent: String, amount: Cents, failed: Bool) throws {
        try run(
            """
            INSERT INTO payment_refund (id, intent_id, amount_cents, failed)
            SELECT \(id), \(intent), \(amount), \(failed)
             WHERE NOT EXISTS (SELECT 1 FROM payment_refund WHERE id = \(id))
            """)
        if failed { try run("UPDATE payment_refund SET failed = 1 WHERE id = \(id)") }
    }

    /// What one event says of a dispute. What is known only grows.
    package func noteDispute(
        _ id: String, ofIntent intent: String, amount: Cents, withdrawn: Bool, reinstated: Bool, closed: Bool
    ) throws {
        try run(
            """
            INSERT INTO payment_dispute (id, intent_id, amount_cents)
            SELECT \(id), \(intent), \(amount)
             WHERE NOT EXISTS (SELECT 1 FROM payment_dispute WHERE id = \(id))
            """)
        try run(
            """
            UPDATE payment_dispute
               SET withdrawn = MAX(withdrawn, \(withdrawn)), reinstated = MAX(reinstated, \(reinstated)),
                   closed = MAX(closed, \(closed))
             WHERE id = \(id)
            """)
    }
}
