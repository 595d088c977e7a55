import Domain
import Payments
import Storage

// What Stripe is asked, by the names of its API.
extension Context {
    func page(for payment: PaymentRow, customer: String) -> Form {
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

    func setupPage(for user: ID<User>, customer: String) -> Form {
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

    func setupIntent(for user: ID<User>, customer: String) -> Form {
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
