import Domain
import Payments
import Storage

extension Context {
    /// For so long a charge is left to its own answer and to the events.
    private static var patience: Seconds { Seconds(60) }
    /// No request to Stripe is under way for so long: what it does not know by then, it never heard of.
    private static var certainty: Seconds { Seconds(600) }
    /// Stripe closes its pages after a day.
    private static var pageLifetime: Seconds { Seconds(25 * 3_600) }

    /// Finds out what became of payments whose answer was lost. It only asks: nothing is sent again, for a charge that
    /// comes late is no longer what its owner wanted.
    package func settleDoubts(with cards: CardPayments) throws {
        let (charges, pages) = try database.read { session in
            let now = try now(in: session)
            return (
                try session.chargesInDoubt(before: now - Self.patience),
                try session.pagesOpenedBefore(now - Self.pageLifetime)
            )
        }
        for charge in charges { try settle(charge, with: cards) }
        for page in pages { try settlePage(page, with: cards) }
    }

    private func settle(_ payment: PaymentRow, with cards: CardPayments) throws {
        guard let intent = try intent(of: payment, with: cards) else {
            return try endIfPending(
                payment, as: .failed, "The outlet was interrupted before the card was charged.",
                after: Self.certainty)
        }
        try database.write { transaction in
            let now = try stamp(in: transaction)
            if let id = intent["id"]?.text { try transaction.setIntent(id, of: payment.id) }
            guard
                ["requires_payment_method", "requires_action", "canceled"].contains(intent["status"]?.text),
                let row = try transaction.payment(payment.id), row.state == .pending
            else { return }  // Where it succeeded, its event is the proof.
            let message = intent["last_payment_error"]?["message"]?.text ?? "The card was not charged."
            try endUnpaid(row, as: .failed, message, at: now, in: transaction)
        }
    }

    private func intent(of payment: PaymentRow, with cards: CardPayments) throws -> StripeObject? {
        try cards.ask(in: self) { stripe throws(StripeFault) in
            if let known = payment.intent { return try stripe.get("/v1/payment_intents/\(known)") }
            var query = Form()
            query["customer"] = payment.customer
            query["created[gte]"] = "\(payment.createdAt.secondsSince1970 - 600)"
            return try stripe.list("/v1/payment_intents", query).first {
                $0["metadata"]?["payment"]?.text == payment.id.text
            }
        }
    }

    private func settlePage(_ payment: PaymentRow, with cards: CardPayments) throws {
        if let session = payment.session {
            let page = try cards.ask(in: self) { stripe throws(StripeFault) in
                try stripe.get("/v1/checkout/sessions/\(session)")
            }
            guard page["status"]?.text != "complete" else { return }  // Paid, or will be: an event says it.
        }
        try endIfPending(payment, as: .expired, nil, after: .zero)
    }

    private func endIfPending(
        _ payment: PaymentRow, as state: PaymentRow.State, _ message: String?, after age: Seconds
    ) throws {
        try database.write { transaction in
            let now = try stamp(in: transaction)
            guard now - payment.createdAt >= age, try transaction.payment(payment.id)?.state == .pending
            else { return }
            try transaction.endPayment(payment.id, as: state, error: message, at: now)
            guard let message else { return }
            try record("payment.failed", of: payment.user, message, in: transaction)
        }
    }
}
