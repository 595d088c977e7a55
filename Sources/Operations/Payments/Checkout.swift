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

    /// Stripe's record of a renter, made with the first need of it. Made twice, the second is never used.
    func customer(of user: ID<User>, with cards: CardPayments) throws -> String {
        let (known, email) = try database.read {
            (try $0.stripeCustomer(of: user), try $0.renter(user)?.email)
        }
        if let known { return known }
        var form = Form()
        form["email"] = email
        form["metadata[user]"] = user.text
        form["metadata[outlet]"] = settings.site
        let made = try cards.ask(in: self) { stripe throws(StripeFault) in
            try stripe.post("/v1/customers", form, key: "customer:\(settings.site):\(user)")
        }
        guard let id = made["id"]?.text else {
            throw StripeFault.unreachable("its customer has no id", mayHaveArrived: true)
        }
        return try database.write { transaction in
            try transaction.setStripeCustomer(id, of: user)
            return try transaction.stripeCustomer(of: user) ?? id
        }
    }

    private func page(for payment: PaymentRow, customer: String) -> Form {
        var form = Form()
        form["mode"] = "payment"
        form["customer"] = customer
        form["client_reference_id"] = payment.id.text
        form["allowed_payment_method_types[0]"] = "card"
        form["line_items[0][quantity]"] = "1"
        form["line_items[0][price_data][currency]"] = "usd"
        form["line_items[0][price_data][unit_amount]"] = "\(payment.amount.count)"
        form["line_items[0][price_data][product_data][name]"] = chargeName
        for (name, value) in marks(of: payment) {
            form["metadata[\(name)]"] = value
            form["payment_intent_data[metadata][\(name)]"] = value
        }
        form["success_url"] = "\(settings.publicURL)/app/billing?session_id={CHECKOUT_SESSION_ID}"
        form["cancel_url"] = "\(settings.publicURL)/app/billing?checkout=cancelled"
        return form
    }

    private func setupPage(for user: ID<User>, customer: String) -> Form {
        var form = Form()
        form["mode"] = "setup"
        form["customer"] = customer
        form["allowed_payment_method_types[0]"] = "card"
        form["metadata[user]"] = user.text
        form["metadata[outlet]"] = settings.site
        form["success_url"] = "\(settings.publicURL)/app/billing?card=saved"
        form["cancel_url"] = "\(settings.publicURL)/app/billing?checkout=cancelled"
        return form
    }

    private func setupIntent(for user: ID<User>, customer: String) -> Form {
        var form = Form()
        form["customer"] = customer
        form["usage"] = "off_session"
        form["allowed_payment_method_types[0]"] = "card"
        form["metadata[user]"] = user.text
        form["metadata[outlet]"] = settings.site
        return form
    }

    /// What it says on the card's statement of things, and on Stripe's receipt.
    var chargeName: String { "Credit at \(settings.publicURL.split(separator: "/").last ?? "")" }

    /// By which an event finds its payment, and an outlet its events where several share an account.
    func marks(of payment: PaymentRow) -> [(name: String, value: String)] {
        [("payment", payment.id.text), ("outlet", settings.site)]
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
