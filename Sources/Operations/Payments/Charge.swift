import Domain
import Payments
import Storage

extension Context {
    /// Charges the saved card. The answer says only that Stripe has taken the order: the money is in the wallet when
    /// Stripe's event proves it.
    /// - Throws: `PaymentRefusal`.
    package func chargeCard(_ amount: Cents, by user: ID<User>, key: String?, with cards: CardPayments) throws
        -> PaymentView
    {
        let payment = try begin(.savedCard, amount, by: user, key: key)
        guard payment.state == .pending, payment.intent == nil else { return PaymentView(payment) }
        if let refusal = try charge(payment, with: cards) { throw refusal }
        return try PaymentView(database.read { try $0.payment(payment.id)! })
    }

    /// Sends a charge to Stripe, and notes its answer. Its key makes Stripe carry it out once, however often it is sent.
    /// - Returns: why nothing was charged; nil: it was, or nobody knows. Then events tell, or the meter asks.
    func charge(_ payment: PaymentRow, with cards: CardPayments) throws -> PaymentRefusal? {
        let form = charge(of: payment)
        try database.write { try $0.countSend(of: payment.id, customer: nil) }
        let answer = Result { () throws(StripeFault) in
            try cards.ask(in: self) { stripe throws(StripeFault) in
                try stripe.post("/v1/payment_intents", form, key: payment.id.text)
            }
        }
        switch answer {
        case .success(let intent): return try note(intent, of: payment)
        case .failure(.declined(let code, let declineCode, let message)):
            return try decline(payment, declineCode ?? code, message)
        case .failure(.refused(_, _, let message)):
            return try decline(payment, "refused", "Stripe refused the charge: \(message)")
        case .failure(.unknown(status: 409, _)): return .inProgress
        // Sent before, and nobody knows whether it arrived then: this answer says nothing of that time.
        case .failure(let fault) where fault.didNothing && payment.sends == 0:
            try abandon(payment)
            return .unavailable(fault)
        case .failure: return nil
        }
    }

    private func charge(of payment: PaymentRow) -> Form {
        var form = Form()
        form["amount"] = "\(payment.amount.count)"
        form["currency"] = "usd"
        form["customer"] = payment.customer
        form["payment_method"] = payment.paymentMethod
        form["allowed_payment_method_types[0]"] = "card"  // None that sends its owner to another page.
        form["off_session"] = "true"
        form["confirm"] = "true"
        form["description"] = chargeName
        for (name, value) in marks(of: payment) { form["metadata[\(name)]"] = value }
        return form
    }

    private func note(_ intent: StripeObject, of payment: PaymentRow) throws -> PaymentRefusal? {
        if let id = intent["id"]?.text { try database.write { try $0.setIntent(id, of: payment.id) } }
        guard ["requires_action", "requires_payment_method", "canceled"].contains(intent["status"]?.text)
        else { return nil }
        return try decline(
            payment, "authentication_required",
            "The bank wants the card's owner to confirm: pay on the payment page.")
    }

    private func decline(_ payment: PaymentRow, _ code: String, _ message: String) throws -> PaymentRefusal? {
        let state = try database.write { transaction in
            let now = try stamp(in: transaction)
            guard let row = try transaction.payment(payment.id) else { return PaymentRow.State.failed }
            if row.state == .pending {
                try endUnpaid(row, as: .failed, message, at: now, in: transaction)
            }
            return row.state
        }
        return state == .succeeded ? nil : .declined(payment.id, code: code, message: message)
    }

    /// Nothing has happened, and nothing will: the renter may ask again with the same key.
    private func abandon(_ payment: PaymentRow) throws {
        try database.write { transaction in
            let now = try stamp(in: transaction)
            try transaction.endPayment(
                payment.id, as: .failed, error: "Stripe could not be asked. Nothing was charged.", at: now)
            try transaction.releaseRequest(of: payment.id)
        }
    }
}
