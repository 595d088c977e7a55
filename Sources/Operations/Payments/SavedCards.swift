import Domain
import Payments
import Storage

extension Context {
    /// The card that may be charged; nil when there is none.
    package func savedCard(of user: ID<User>) throws -> SavedCardRow? {
        try database.read { try $0.savedCard(of: user) }
    }

    /// Takes the card away, here at once and for ever, and then at Stripe, which is told until it has heard.
    package func removeCard(of user: ID<User>, with cards: CardPayments) throws {
        let removed = try database.write { transaction -> SavedCardRow? in
            guard let card = try transaction.savedCard(of: user) else { return nil }
            try transaction.forgetCard(card.paymentMethod, detached: false)
            try record(
                "card.removed", of: user, "\(card.brand) ending in \(card.last4)", in: transaction)
            return card
        }
        if let removed { try detach(removed.paymentMethod, with: cards) }
    }

    /// What Stripe does not take now, the meter sends again.
    func detach(_ paymentMethod: String, with cards: CardPayments) throws {
        let answer = Result { () throws(StripeFault) in
            try cards.ask(in: self) { stripe throws(StripeFault) in
                try stripe.post(
                    "/v1/payment_methods/\(paymentMethod)/detach", Form(), key: "detach:\(paymentMethod)")
            }
        }
        switch answer {
        case .success, .failure(.refused): break  // Refused: Stripe has let go of it already.
        case .failure: return
        }
        try database.write { try $0.forgetCard(paymentMethod, detached: true) }
    }
}
