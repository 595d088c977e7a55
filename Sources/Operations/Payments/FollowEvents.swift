import Domain
import Payments
import Storage

extension Context {
    /// How far back each look begins before the newest event that is known: some are listed late.
    private static var overlap: Int64 { 900 }

    /// Asks Stripe for its events since the last time, and takes in those that no webhook has brought.
    package func followEvents(with cards: CardPayments) throws {
        let known = try database.read { try $0.stripeAccount()?.eventsTo }
        var query = Form()
        query["created[gte]"] =
            "\((known ?? environment.clocks().realtime / 1_000 - 86_400) - Self.overlap)"
        for (index, type) in StripeNews.types.enumerated() { query["types[\(index)]"] = type }
        let found = try cards.ask(in: self) { stripe throws(StripeFault) in
            try stripe.list("/v1/events", query)
        }
        for event in found.reversed().compactMap({ StripeEvent($0) }) {
            _ = try take(event, isLive: cards.access.mode == .live)
        }
        if let newest = found.compactMap({ $0["created"]?.whole }).max(), newest > known ?? 0 {
            try database.write { try $0.setStripeEvents(to: newest) }
        }
    }

    /// Sends the removal of cards again that Stripe did not take.
    func detachRemoved(with cards: CardPayments) throws {
        for method in try database.read({ try $0.cardsToDetach() }) { try detach(method, with: cards) }
    }
}
