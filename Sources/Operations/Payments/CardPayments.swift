import Configuration
import Domain
import Payments
import Storage

/// The outlet's account at Stripe, as configured. Shared by all threads of a process.
package final class CardPayments: Sendable {
    let stripe: StripeClient

    package var access: StripeAccess { stripe.access }

    /// - Parameter sending: a test's way to Stripe.
    package init(_ access: StripeAccess, sending: StripeClient.Send? = nil) {
        stripe = StripeClient(access, sending: sending)
    }

    /// Reads the secrets. Nil where `settings` take no cards.
    /// - Throws: `SecretFault`, `StripeAccess.Fault`.
    package static func configured(in settings: Settings) throws -> CardPayments? {
        try settings.stripe.map { CardPayments(try StripeAccess($0)) }
    }

    /// Runs `body` with Stripe's API. No transaction may be open: Stripe may take its time, and all others would wait.
    func ask<Answer, Failure: Error>(
        in context: Context, _ body: (StripeClient) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        precondition(!context.isInTransaction, "Stripe is never asked inside a transaction")
        return try body(stripe)
    }
}

extension StripeAccess {
    /// - Throws: `SecretFault`, `StripeAccess.Fault`.
    package init(_ settings: Settings.Stripe) throws {
        try self.init(
            secretKey: settings.secretKey.read(),
            webhookSecrets: settings.webhookSecrets.map { try $0.read() },
            publishableKey: settings.publishableKey, apiBase: settings.apiBase)
    }
}

/// The books hold payments of one of Stripe's worlds, and the keys are of another.
package struct StripeModeRefusal: Error, Hashable, CustomStringConvertible {
    package let books: String
    package let keys: String

    package var description: String {
        "the books hold \(books) payments and Stripe's key is for \(keys) ones, and credit of one is no money of the "
            + "other: put the old key back, or begin with empty books"
    }
}

extension Context {
    /// Notes to which of Stripe's worlds the books belong, which stays so from their first payment on.
    /// - Throws: `StripeModeRefusal`.
    package func claimStripe(_ cards: CardPayments) throws {
        let mode = cards.access.mode.rawValue
        guard try database.read({ try $0.stripeAccount()?.mode }) != mode else { return }
        try database.write { transaction in
            try checkStripe(cards, in: transaction)
            try transaction.setStripeMode(mode)
        }
    }

    /// - Throws: `StripeModeRefusal` when the books hold payments of another of Stripe's worlds.
    package func checkStripe(_ cards: CardPayments, in session: any ReadSession) throws {
        let mode = cards.access.mode.rawValue
        guard let held = try session.stripeAccount()?.mode, held != mode, try session.knowsStripe() else {
            return
        }
        throw StripeModeRefusal(books: held, keys: mode)
    }
}
