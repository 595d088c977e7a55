import Domain
import Payments
import Storage

extension Context {
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
}
