import Domain

/// One wish for money, and what became of it.
package struct PaymentRow: Sendable {
    /// Who pays how: at Stripe's page, by the saved card on request, or by the saved card on its own.
    package enum Kind: String, Sendable {
        case checkout
        case savedCard = "saved_card"
        case autoTopup = "auto_topup"
    }

    /// `failed` and `expired` are what is known so far: a webhook may still prove the payment.
    package enum State: String, Sendable { case pending, succeeded, failed, expired }

    package let id: ID<Payment>
    package let user: ID<User>
    package let kind: Kind
    package let amount: Cents
    package let state: State
    package let intent: String?
    package let charge: String?
    package let checkoutURL: String?
    package let session: String?
    package let receiptURL: String?
    package let error: String?
    package let customer: String?  // Whom and what a charge of the saved card is sent with.
    package let paymentMethod: String?
    package let sends: Int64  // How often it was on the way to Stripe.
    package let createdAt: Instant
    package let endedAt: Instant?

    init(_ row: Row) {
        id = row.id("id")
        user = row.id("user_id")
        kind = Kind(rawValue: row.text("kind"))!  // The schema knows these three.
        amount = row.cents("amount_cents")
        state = State(rawValue: row.text("state"))!  // And these four.
        intent = row.optionalText("intent_id")
        charge = row.optionalText("charge_id")
        checkoutURL = row.optionalText("checkout_url")
        session = row.optionalText("session_id")
        receiptURL = row.optionalText("receipt_url")
        error = row.optionalText("error")
        customer = row.optionalText("customer_id")
        paymentMethod = row.optionalText("payment_method_id")
        sends = row.int("sends")
        createdAt = row.instant("created_at_s")
        endedAt = row.optionalInstant("ended_at_s")
    }
}

extension ReadSession {
    package func payment(_ id: ID<Payment>) throws -> PaymentRow? {
        try row("SELECT * FROM payment WHERE id = \(id)").map(PaymentRow.init)
    }

    package func payment(intent: String) throws -> PaymentRow? {
        try row("SELECT * FROM payment WHERE intent_id = \(intent)").map(PaymentRow.init)
    }

    package func payment(of user: ID<User>, request key: String) throws -> PaymentRow? {
        try row("SELECT * FROM payment WHERE user_id = \(user) AND request_key = \(key)").map(PaymentRow.init)
    }

    /// Newest first, older than `cursor`.
    package func payments(of user: ID<User>, before cursor: ID<Payment>?, limit: Int) throws -> [PaymentRow] {
        let older: SQL = if let cursor { "AND id < \(cursor)" } else { "" }
        return try rows(
            "SELECT * FROM payment WHERE user_id = \(user) \(older) ORDER BY id DESC LIMIT \(limit)"
        ).map(PaymentRow.init)
    }

    /// Those that Stripe proved, begun at `start` or later and proven before `end`.
    package func paymentsProven(begunSince start: Instant, before end: Instant) throws -> [PaymentRow] {
        try rows(
            """
            SELECT * FROM payment
             WHERE state = 'succeeded' AND created_at_s >= \(start) AND ended_at_s < \(end)
             ORDER BY created_at_s, id
            """
        ).map(PaymentRow.init)
    }

    /// Charges of saved cards that nobody knows the end of, begun before `instant`.
    package func chargesInDoubt(before instant: Instant) throws -> [PaymentRow] {
        try rows(
            """
            SELECT * FROM payment
             WHERE state = 'pending' AND kind <> 'checkout' AND created_at_s < \(instant)
             ORDER BY created_at_s, id LIMIT 100
            """
        ).map(PaymentRow.init)
    }

    /// Pages that Stripe has closed by now, whether it said so or not.
    package func pagesOpenedBefore(_ instant: Instant) throws -> [PaymentRow] {
        try rows(
            """
            SELECT * FROM payment
             WHERE state = 'pending' AND kind = 'checkout' AND created_at_s < \(instant)
             ORDER BY created_at_s, id LIMIT 100
            """
        ).map(PaymentRow.init)
    }

    /// Whether a card's owner disowns a payment of this wallet, and the bank has not decided.
    package func hasOpenDispute(_ user: ID<User>) throws -> Bool {
        try row(
            """
            SELECT 1 AS found
              FROM payment_dispute d
              JOIN payment p ON p.intent_id = d.intent_id
             WHERE p.user_id = \(user) AND d.closed = 0
             LIMIT 1
            """) != nil
    }
}

extension Transaction {
    /// - Parameter card: of a charge: whose and which.
    package func insertPayment(
        _ id: ID<Payment>, of user: ID<User>, kind: PaymentRow.Kind, amount: Cents, request key: String?,
        card: (customer: String, paymentMethod: String)? = nil, at now: Instant
    ) throws {
        try run(
            """
            INSERT INTO payment (id, user_id, kind, amount_cents, state, request_key, customer_id,
                                 payment_method_id, created_at_s)
            VALUES (\(id), \(user), \(kind.rawValue), \(amount), 'pending', \(key), \(card?.customer),
                    \(card?.paymentMethod), \(now))
            """)
    }

    /// To be committed before the payment is on its way to Stripe.
    package func countSend(of id: ID<Payment>, customer: String?) throws {
        try run(
            """
            UPDATE payment SET sends = sends + 1, customer_id = COALESCE(customer_id, \(customer)) WHERE id = \(id)
            """)
    }

    /// Stripe has made it, under this name.
    package func setIntent(_ intent: String, of id: ID<Payment>) throws {
        try run("UPDATE payment SET intent_id = \(intent) WHERE id = \(id) AND intent_id IS NULL")
    }

    /// The renter's key is free again: nothing came of the request that had it.
    package func releaseRequest(of id: ID<Payment>) throws {
        try run("UPDATE payment SET request_key = NULL WHERE id = \(id)")
    }

    package func setCheckout(_ id: ID<Payment>, session: String, url: String?) throws {
        try run("UPDATE payment SET session_id = \(session), checkout_url = \(url) WHERE id = \(id)")
    }

    /// What is known of a payment that is not proven. A proven one stays as it is.
    package func endPayment(
        _ id: ID<Payment>, as state: PaymentRow.State, error: String?, at now: Instant
    ) throws {
        try run(
            """
            UPDATE payment SET state = \(state.rawValue), error = \(error), ended_at_s = \(now)
             WHERE id = \(id) AND state <> 'succeeded'
            """)
    }

    /// The proof. Again: changes nothing.
    package func provePayment(_ id: ID<Payment>, intent: String, at now: Instant) throws {
        try run(
            """
            UPDATE payment SET state = 'succeeded', intent_id = \(intent), error = NULL, ended_at_s = \(now)
             WHERE id = \(id) AND state <> 'succeeded'
            """)
    }

    package func setCharge(_ charge: String, receipt: String?, of id: ID<Payment>) throws {
        try run("UPDATE payment SET charge_id = \(charge), receipt_url = \(receipt) WHERE id = \(id)")
    }
}
