/// A signed event of Stripe's, read as far as an outlet cares.
package struct StripeEvent: Sendable {
    package let id: String
    package let type: String
    package let apiVersion: String?
    package let isLive: Bool
    package let news: StripeNews?  // Nil: a type, or a shape, that says nothing to us.

    /// Nil when `json` is no event.
    package init?(json: [UInt8]) {
        guard let event = StripeObject(json: json) else { return nil }
        self.init(event)
    }

    /// From the list of events, or from a webhook: the same object.
    package init?(_ event: StripeObject) {
        guard event["object"]?.text == "event", let id = event["id"]?.text, let type = event["type"]?.text,
            let isLive = event["livemode"]?.truth, let about = event["data"]?["object"]
        else { return nil }
        self.id = id
        self.type = type
        self.isLive = isLive
        apiVersion = event["api_version"]?.text
        news = StripeNews(type: type, about: about)
    }
}

/// One fact. Facts of one payment may come in any order, more than once, and before our own call has returned.
package enum StripeNews: Hashable, Sendable {
    /// The money is there. `payment` is what our call wrote into the metadata.
    case paid(Paid)
    case charged(intent: String, charge: String, receiptURL: String?, payment: String?)
    /// Not paid so far; a page may still be paid with another card.
    case failed(payment: String?, intent: String?, message: String)
    case expired(payment: String?)
    case refund(id: String, intent: String, amount: Int64, failed: Bool)
    case dispute(id: String, intent: String, amount: Int64, withdrawn: Bool, reinstated: Bool, closed: Bool)
    case cardSaved(customer: String, Card)
    case cardRemoved(paymentMethod: String)

    package struct Paid: Hashable, Sendable {
        package let intent: String
        package let amount: Int64
        package let currency: String
        package let payment: String?
        package let outlet: String?  // The site in the metadata: an account may serve several outlets.
    }

    package struct Card: Hashable, Sendable {
        package let paymentMethod: String
        package let brand: String
        package let last4: String
        package let expiryMonth: Int64
        package let expiryYear: Int64
    }

    /// All that say something to an outlet: what its webhook should be sent.
    package static let types = [
        "checkout.session.completed", "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed", "checkout.session.expired", "payment_intent.succeeded",
        "payment_intent.payment_failed", "charge.succeeded", "refund.created", "refund.updated",
        "refund.failed", "charge.refund.updated", "charge.dispute.created", "charge.dispute.updated",
        "charge.dispute.closed", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
        "payment_method.attached", "payment_method.updated", "payment_method.automatically_updated",
        "payment_method.detached",
    ]

    init?(type: String, about: StripeObject) {
        let read: (StripeObject) -> StripeNews? =
            switch type {
            case "checkout.session.completed", "checkout.session.async_payment_succeeded": Self.paidSession
            case "checkout.session.async_payment_failed":
                { .failed(payment: $0.payment, intent: nil, message: "The bank did not pay.") }
            case "checkout.session.expired": { .expired(payment: $0.payment) }
            case "payment_intent.succeeded": Self.paidIntent
            case "payment_intent.payment_failed": Self.failedIntent
            case "charge.succeeded": Self.charge
            case "refund.created", "refund.updated", "refund.failed", "charge.refund.updated": Self.refund
            case "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
                "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated":
                { Self.dispute($0, type) }
            case "payment_method.attached", "payment_method.updated", "payment_method.automatically_updated":
                Self.card
            case "payment_method.detached": { $0["id"]?.text.map { .cardRemoved(paymentMethod: $0) } }
            default: { _ in nil }
            }
        guard let news = read(about) else { return nil }
        self = news
    }

    /// Only a session that says `paid` is: `completed` alone also means "the bank will see".
    private static func paidSession(_ session: StripeObject) -> StripeNews? {
        guard session["mode"]?.text == "payment", session["payment_status"]?.text == "paid",
            let intent = session["payment_intent"]?.reference, let amount = session["amount_total"]?.whole,
            let currency = session["currency"]?.text
        else { return nil }
        return .paid(
            Paid(
                intent: intent, amount: amount, currency: currency, payment: session.payment,
                outlet: session.outlet))
    }

    private static func paidIntent(_ intent: StripeObject) -> StripeNews? {
        guard intent["status"]?.text == "succeeded", let id = intent["id"]?.text,
            let amount = intent["amount_received"]?.whole, let currency = intent["currency"]?.text
        else { return nil }
        return .paid(
            Paid(
                intent: id, amount: amount, currency: currency, payment: intent.payment, outlet: intent.outlet
            ))
    }

    private static func failedIntent(_ intent: StripeObject) -> StripeNews? {
        .failed(
            payment: intent.payment, intent: intent["id"]?.text,
            message: intent["last_payment_error"]?["message"]?.text ?? "The payment failed.")
    }

    private static func charge(_ charge: StripeObject) -> StripeNews? {
        guard let id = charge["id"]?.text, let intent = charge["payment_intent"]?.reference else {
            return nil
        }
        return .charged(
            intent: intent, charge: id, receiptURL: charge["receipt_url"]?.text, payment: charge.payment)
    }

    private static func refund(_ refund: StripeObject) -> StripeNews? {
        guard let id = refund["id"]?.text, let intent = refund["payment_intent"]?.reference,
            let amount = refund["amount"]?.whole, amount > 0, let status = refund["status"]?.text
        else { return nil }
        return .refund(
            id: id, intent: intent, amount: amount, failed: ["failed", "canceled"].contains(status))
    }

    private static func dispute(_ dispute: StripeObject, _ type: String) -> StripeNews? {
        guard let id = dispute["id"]?.text, let intent = dispute["payment_intent"]?.reference,
            let amount = dispute["amount"]?.whole, amount > 0
        else { return nil }
        return .dispute(
            id: id, intent: intent, amount: amount, withdrawn: type.hasSuffix(".funds_withdrawn"),
            reinstated: type.hasSuffix(".funds_reinstated"), closed: type.hasSuffix(".closed"))
    }

    private static func card(_ method: StripeObject) -> StripeNews? {
        guard let id = method["id"]?.text, let customer = method["customer"]?.reference,
            let card = method["card"], let brand = card["brand"]?.text, let last4 = card["last4"]?.text,
            let month = card["exp_month"]?.whole, let year = card["exp_year"]?.whole
        else { return nil }
        return .cardSaved(
            customer: customer,
            Card(paymentMethod: id, brand: brand, last4: last4, expiryMonth: month, expiryYear: year))
    }
}

extension StripeObject {
    /// What our own calls write into the metadata of all that they make.
    fileprivate var payment: String? { self["metadata"]?["payment"]?.text }
    fileprivate var outlet: String? { self["metadata"]?["outlet"]?.text }
}
