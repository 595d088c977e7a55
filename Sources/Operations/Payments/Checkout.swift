import Domain
import Payments
import Storage

/// Where a renter goes to pay, or to save a card.
package struct CheckoutView: Sendable {
    package let payment: ID<Payment>?  // Nil: to save a card.
    package let session: String  // Stripe's id.
    package let url: String
}

extension Context {
    /// Begins a top-up at Stripe's page. Whoever repeats a request with its key gets the same page.
    /// - Throws: `PaymentRefusal`.
    package func checkout(_ amount: Cents, by user: ID<User>, key: String?, with cards: CardPayments) throws
        -> CheckoutView
    {
        let payment = try begin(.checkout, amount, by: user, key: key)
        if let session = payment.session, let url = payment.checkoutURL {
            return CheckoutView(payment: payment.id, session: session, url: url)
        }
        do {
            let customer = try customer(of: user, with: cards)
            try database.write { try $0.countSend(of: payment.id, customer: customer) }
            let made = try cards.ask(in: self) { stripe throws(StripeFault) in
                try stripe.post(
                    "/v1/checkout/sessions", page(for: payment, customer: customer), key: payment.id.text)
            }
            let (session, url) = try made.page()
            try database.write { try $0.setCheckout(payment.id, session: session, url: url) }
            return CheckoutView(payment: payment.id, session: session, url: url)
        } catch let fault as StripeFault {
            if key == nil { try giveUp(payment) }
            throw PaymentRefusal(fault)
        }
    }

    /// Without a key nobody comes back for it, and nobody knows its page.
    private func giveUp(_ payment: PaymentRow) throws {
        try database.write { transaction in
            try transaction.endPayment(
                payment.id, as: .failed, error: "The payment page could not be made. Nothing was charged.",
                at: stamp(in: transaction))
        }
    }

    /// Begins the saving of a card at Stripe's page; and, where pages of one's own have Stripe's script, by a SetupIntent.
    /// - Throws: `PaymentRefusal.cardOnFile`, `.unavailable`.
    package func setUpCard(of user: ID<User>, key: String?, with cards: CardPayments) throws
        -> (page: CheckoutView, clientSecret: String?)
    {
        guard try database.read({ try $0.savedCard(of: user) }) == nil else {
            throw PaymentRefusal.cardOnFile
        }
        // The renter's key makes Stripe's, so that a repeat is one there, too. Nothing is charged, so no row is needed.
        let name =
            "setup:\(user):\(key.map { sha256($0.utf8).hexadecimal } ?? environment.newULID().description)"
        do {
            let customer = try customer(of: user, with: cards)
            return try cards.ask(in: self) { stripe in
                let session = try stripe.post(
                    "/v1/checkout/sessions", setupPage(for: user, customer: customer), key: name)
                let (id, url) = try session.page()
                let page = CheckoutView(payment: nil, session: id, url: url)
                guard cards.access.publishableKey != nil else { return (page, nil) }
                let intent = try stripe.post(
                    "/v1/setup_intents", setupIntent(for: user, customer: customer), key: "\(name):intent")
                return (page, intent["client_secret"]?.text)
            }
        } catch let fault as StripeFault {
            throw PaymentRefusal(fault)
        }
    }
}

extension StripeObject {
    /// - Throws: `StripeFault`, when Stripe's page is nowhere.
    fileprivate func page() throws(StripeFault) -> (session: String, url: String) {
        guard let id = self["id"]?.text, let url = self["url"]?.text else {
            throw .unreachable("its session has no page", mayHaveArrived: true)
        }
        return (id, url)
    }
}

extension PaymentRefusal {
    /// Of a call that charges nothing.
    init(_ fault: StripeFault) {
        if case .unknown(status: 409, _) = fault { self = .inProgress } else { self = .unavailable(fault) }
    }
}
