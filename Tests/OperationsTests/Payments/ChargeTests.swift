import Domain
import Operations
import Payments
import Storage
import Testing
import TestSupport

/// What becomes of a charge when networks and processes fail in the middle of it.
@Suite struct `A charge of the saved card` {
    private let till: Till
    private let stripe = FakeStripe()

    init() throws {
        till = try Till()
        try till.saveCard()
    }

    private func charge(_ cents: Int64 = 2_000, key: String? = "k") throws -> PaymentView {
        try till.context.chargeCard(Cents(cents), by: till.user, key: key, with: stripe.cards)
    }

    private func proof(_ payment: ID<Payment>, _ intent: String = "pi_1") -> String {
        till.paid(payment, 2_000, intent: intent)
    }

    @Test func `is written down before Stripe hears of it, and is money when its event says so`() throws {
        let (context, user) = (till.context, till.user)
        stripe.during {
            let rows = try? context.payments(of: user, cursor: nil, pageSize: 9).items
            #expect(rows?.map(\.status) == ["pending"])
        }
        let payment = try charge()
        #expect(payment.status == "pending")
        #expect(try till.standing() == (0, 0))
        try till.take(proof(payment.id))
        #expect(try till.standing() == (2_000, 0))
        #expect(try charge().status == "succeeded")
        let calls = stripe.charges
        #expect(calls.count == 1 && calls[0].key == payment.id.text)
        #expect(calls[0].form["payment_method"] == "pm_1" && calls[0].form["off_session"] == "true")
    }

    @Test func `whose event comes before the answer is credited once`() throws {
        let till = till
        stripe.during {
            guard let payment = try? till.payments().first?.id else { return }
            _ = try? till.take(till.paid(payment, 2_000, intent: "pi_1"))
        }
        #expect(try charge().status == "succeeded")
        #expect(try till.standing() == (2_000, 0))
    }

    @Test func `whose answer is lost is sent again the same to the letter, and charged once`() throws {
        stripe.fail("/v1/payment_intents", .lost)
        let first = try charge()
        #expect(first.status == "pending")
        try till.take(till.cardSaved("pm_2"))  // Another card by now: the charge keeps its own.
        #expect(try charge().id == first.id)
        let calls = stripe.charges
        #expect(calls.count == 2 && calls[0].form == calls[1].form && calls[0].key == calls[1].key)
        try till.take(proof(first.id))
        try till.take(proof(first.id))
        #expect(try till.standing() == (2_000, 0))
    }

    @Test func `that never left may be asked for again with the same key`() throws {
        stripe.fail("/v1/payment_intents", .unsent)
        #expect(throws: PaymentRefusal.self) { try charge() }
        #expect(try till.payments().map(\.status) == ["failed"])
        #expect(try charge().status == "pending")
        #expect(try till.payments().count == 2)
    }

    @Test func `that was lost once stays open when the second try cannot be sent`() throws {
        stripe.fail("/v1/payment_intents", .lost)
        stripe.fail("/v1/payment_intents", .unsent)
        let first = try charge()
        #expect(try charge().id == first.id)
        #expect(try till.payments().map(\.status) == ["pending"])
    }

    @Test func `that the bank refuses has failed, for good under its key`() throws {
        stripe.fail(
            "/v1/payment_intents",
            .answer(
                402,
                #"{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"Too little."}}"#
            ))
        #expect {
            try charge()
        } throws: {
            guard case .declined(_, let code, let message)? = $0 as? PaymentRefusal else { return false }
            return code == "insufficient_funds" && message == "Too little."
        }
        #expect(try charge().status == "failed")
        #expect(stripe.charges.count == 1)
        #expect(try till.standing() == (0, 0))
    }

    @Test func `of another amount under a used key is refused`() throws {
        _ = try charge(2_000)
        #expect(throws: PaymentRefusal.keyReused) { try charge(2_001) }
    }

    @Test func `needs a card, and not one that was taken away`() throws {
        try till.context.removeCard(of: till.user, with: stripe.cards)
        #expect(throws: PaymentRefusal.noCard) { try charge() }
        try till.take(till.cardSaved("pm_1"))  // Its event is late.
        #expect(throws: PaymentRefusal.noCard) { try charge() }
        try till.take(till.cardSaved("pm_2"))
        #expect(try charge().status == "pending")
        #expect(stripe.calls(of: "/v1/payment_methods/pm_1/detach").count == 1)
    }
}
