import Domain
import Operations
import Payments
import Storage
import Testing
import TestSupport

@Suite struct `The meter, following Stripe,` {
    private let o: Outlet
    private let till: Till

    init() async throws {
        o = try await Outlet(wallet: 0)
        till = Till(o)
        try till.saveCard()
    }

    private func lostCharge() throws -> PaymentView {
        o.stripe.fail("/v1/payment_intents", .lost)
        return try o.context.chargeCard(Cents(2_000), by: o.user, key: nil, with: o.stripe.cards)
    }

    @Test func `finds a charge whose answer was lost, and its event when no webhook came`() async throws {
        let payment = try lostCharge()
        o.pass(61)
        o.stripe.list(event: till.paid(payment.id, 2_000, intent: "pi_1"))
        await o.meter.followStripe()
        await o.meter.followStripe()
        #expect(try till.standing() == (2_000, 0))
        #expect(o.stripe.charges.count == 1)
    }

    @Test func `knows a lost charge by its intent before its event`() async throws {
        _ = try lostCharge()
        o.pass(61)
        await o.meter.followStripe()
        let row = try o.context.database.read { try $0.payment(intent: "pi_1") }
        #expect(row?.state == .pending)
        #expect(try till.standing() == (0, 0))
    }

    @Test func `gives a charge up that Stripe does not know after ten minutes, and takes its proof still`()
        async throws
    {
        o.stripe.fail("/v1/payment_intents", .answer(500, "{}"))
        let payment = try o.context.chargeCard(Cents(2_000), by: o.user, key: nil, with: o.stripe.cards)
        o.pass(599)
        await o.meter.followStripe()
        #expect(try till.payments().first?.status == "pending")
        o.pass(1)
        await o.meter.followStripe()
        #expect(try till.payments().first?.status == "failed")
        try till.take(till.paid(payment.id, 2_000, intent: "pi_late"))
        #expect(try till.standing() == (2_000, 0))
        try o.verify()
    }

    @Test func `closes pages that Stripe has closed without our hearing of it`() async throws {
        _ = try o.context.checkout(Cents(500), by: o.user, key: nil, with: o.stripe.cards)
        o.pass(25 * 3_600 + 1)
        await o.meter.followStripe()
        #expect(try till.payments().first?.status == "expired")
    }

    @Test func `sends the removal of a card until Stripe has heard`() async throws {
        o.stripe.fail("/v1/payment_methods/pm_1/detach", .unsent)
        try o.context.removeCard(of: o.user, with: o.stripe.cards)
        await o.meter.followStripe()
        await o.meter.followStripe()
        #expect(o.stripe.calls(of: "/v1/payment_methods/pm_1/detach").count == 2)
    }

    @Test func `names what Stripe and the books say differently`() async throws {
        #expect(try o.context.reconcile(with: o.stripe.cards).differences.isEmpty)
        try till.take(till.paid(till.ask(700), 700, intent: "pi_gone"))
        o.pass(5)
        o.stripe.list(
            intent:
                #"{"id":"pi_ours","status":"succeeded","amount_received":300,"metadata":{"outlet":"test"}}"#)
        o.stripe.list(
            intent:
                #"{"id":"pi_other","status":"succeeded","amount_received":300,"metadata":{"outlet":"other"}}"#
        )
        let report = try o.context.reconcile(with: o.stripe.cards)
        #expect(report.payments == 1)
        #expect(report.differences.map(\.object).sorted() == ["pi_gone", "pi_ours"])
        #expect(try o.context.database.read { try $0.stripeAccount()?.differences } == 2)
    }
}

@Suite struct `The books of one mode of Stripe` {
    private func cards(_ key: String, _ base: String = StripeAccess.api) throws -> CardPayments {
        CardPayments(try StripeAccess(secretKey: key, webhookSecrets: ["whsec_123"], apiBase: base))
    }

    @Test func `take no key of another once they hold a payment`() throws {
        let till = try Till()
        try till.context.claimStripe(cards("sk_test_1", "http://127.0.0.1:1"))
        try till.context.claimStripe(cards("sk_live_1"))
        try till.context.claimStripe(cards("sk_test_1"))
        _ = try till.ask(500)
        try till.context.claimStripe(cards("sk_test_2"))
        #expect(throws: StripeModeRefusal.self) { try till.context.claimStripe(cards("sk_live_1")) }
        #expect(throws: StripeModeRefusal.self) {
            try till.context.claimStripe(cards("sk_test_1", "http://127.0.0.1:1"))
        }
    }

    @Test func `take no keys that do not belong together`() {
        #expect(throws: StripeAccess.Fault.mixedKeys) {
            try StripeAccess(
                secretKey: "sk_test_1", webhookSecrets: ["whsec_123"], publishableKey: "pk_live_1")
        }
        #expect(throws: StripeAccess.Fault.liveKeyForStandIn) {
            try StripeAccess(
                secretKey: "sk_live_1", webhookSecrets: ["whsec_123"], apiBase: "http://127.0.0.1:9")
        }
    }
}
