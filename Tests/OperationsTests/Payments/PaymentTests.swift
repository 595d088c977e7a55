import Domain
import Operations
import Storage
import Testing

@Suite struct PaymentTests {
    let till: Till
    init() throws { till = try Till() }

    private func state(_ payment: ID<Payment>) throws -> PaymentRow.State? {
        try till.context.database.read { try $0.payment(payment)?.state }
    }

    @Test func `a payment is credited once, however often and by whichever event it is proven`() throws {
        let payment = try till.ask(2_500)
        let proof = till.paid(payment, 2_500, intent: "pi_1")
        #expect(try till.take(proof) == .taken)
        #expect(try till.take(proof) == .duplicate)
        #expect(try till.take(till.completed(payment, 2_500, intent: "pi_1")) == .taken)
        #expect(try till.standing() == (2_500, 0))
        #expect(try till.lines() == ["stripe_topup 2500"])
    }

    @Test func `a page that is complete and not yet paid credits nothing`() throws {
        let payment = try till.ask(2_500)
        try till.take(till.completed(payment, 2_500, intent: "pi_1", status: "unpaid"))
        #expect(try till.standing() == (0, 0))
        #expect(try state(payment) == .pending)
    }

    @Test func `another amount or another currency than asked for credits nothing`() throws {
        let payment = try till.ask(2_500)
        try till.take(till.paid(payment, 2_499, intent: "pi_1"))
        try till.take(till.paid(payment, 2_500, intent: "pi_1", currency: "eur"))
        #expect(try till.standing() == (0, 0))
    }

    @Test func `an event of the live mode is not for an outlet in test mode`() throws {
        let payment = try till.ask(2_500)
        let live = till.event(
            "payment_intent.succeeded",
            """
            "id":"pi_1","status":"succeeded","amount_received":2500,"currency":"usd","metadata":{"payment":"\(payment)"}
            """, isLive: true)
        #expect(try till.take(live) == .foreign)
        #expect(try till.standing() == (0, 0))
    }

    @Test func `money that names this outlet and no payment of it is kept in suspense, once`() throws {
        let unknown = ID<Payment>(till.context.environment.newULID())
        try till.take(till.paid(unknown, 700, intent: "pi_lost"))
        try till.take(till.paid(unknown, 700, intent: "pi_lost"))
        let kept = try till.context.database.read { try $0.balance(of: $0.account(.suspense)) }
        #expect(kept == Cents(700))
    }

    @Test func `a refund takes what may be spent, the rest is owed, and the next top-up pays it`() throws {
        try till.take(till.paid(till.ask(1_000), 1_000, intent: "pi_1"))
        _ = try till.context.adjust(till.user, by: Cents(-800), note: "spent", actor: "operator:test")
        try till.take(till.refunded("re_1", 1_000, intent: "pi_1"))
        #expect(try till.standing() == (0, 800))
        try till.take(till.paid(till.ask(1_500), 1_500, intent: "pi_2"))
        #expect(try till.standing() == (700, 0))
        #expect(
            try till.lines() == [
                "stripe_topup 1000", "adjustment -800", "adjustment -200", "stripe_topup 1500",
                "adjustment -800",
            ])
    }

    @Test func `a refund that the bank returns is money of the wallet again`() throws {
        try till.take(till.paid(till.ask(1_000), 1_000, intent: "pi_1"))
        try till.take(till.refunded("re_1", 400, intent: "pi_1"))
        #expect(try till.standing() == (600, 0))
        try till.take(till.refunded("re_1", 400, intent: "pi_1", status: "failed"))
        #expect(try till.standing() == (1_000, 0))
    }

    @Test func `facts that come before the payment they are about wait for it`() throws {
        let payment = try till.ask(1_000)
        try till.take(till.disputed("dp_1", 1_000, intent: "pi_1", "funds_withdrawn"))
        try till.take(till.refunded("re_1", 300, intent: "pi_1"))
        #expect(try till.standing() == (0, 0))
        try till.take(till.paid(payment, 1_000, intent: "pi_1"))
        #expect(try till.standing() == (0, 300))
    }

    @Test func `a dispute takes the money when Stripe does, and gives it back when it is won`() throws {
        try till.take(till.paid(till.ask(1_000), 1_000, intent: "pi_1"))
        try till.take(till.disputed("dp_1", 1_000, intent: "pi_1", "created"))
        #expect(try till.standing() == (1_000, 0))
        #expect(try till.context.database.read { try $0.hasOpenDispute(till.user) })
        try till.take(till.disputed("dp_1", 1_000, intent: "pi_1", "funds_withdrawn"))
        #expect(try till.standing() == (0, 0))
        try till.take(till.disputed("dp_1", 1_000, intent: "pi_1", "funds_reinstated"))
        try till.take(till.disputed("dp_1", 1_000, intent: "pi_1", "closed"))
        #expect(try till.standing() == (1_000, 0))
        #expect(try !till.context.database.read { try $0.hasOpenDispute(till.user) })
    }

    @Test func `the database itself refuses a top-up that no payment proves`() throws {
        let payment = try till.ask(1_000)
        #expect(throws: (any Error).self) {
            try till.context.database.write { transaction in
                try transaction.post(
                    code: .topup, cause: "deposit_pi_1",
                    legs: [
                        TransferLeg(
                            debit: transaction.account(.stripe),
                            credit: transaction.account(.available, of: till.user), amount: Cents(1_000))
                    ], entry: nil, at: Instant(0))
            }
        }
        try till.take(till.paid(payment, 1_000, intent: "pi_1"))
        #expect(throws: (any Error).self) {
            try till.context.database.write {
                try $0.run("UPDATE payment SET amount_cents = 9 WHERE id = \(payment)")
            }
        }
        #expect(throws: (any Error).self) {
            try till.context.database.write {
                try $0.run("UPDATE payment SET state = 'failed' WHERE id = \(payment)")
            }
        }
    }

    @Test func `a declined auto-topup switches itself off`() throws {
        try till.context.database.write { transaction in
            try transaction.setAutoTopup(
                AutoTopupRow(isEnabled: true, threshold: Cents(500), amount: Cents(1_000), monthlyCap: nil),
                of: till.user)
        }
        let payment = try till.ask(1_000, kind: .autoTopup)
        try till.take(
            till.event(
                "payment_intent.payment_failed",
                """
                "id":"pi_1","metadata":{"payment":"\(payment)"},"last_payment_error":{"message":"Your card was declined."}
                """))
        #expect(try state(payment) == .failed)
        #expect(try till.context.database.read { try $0.autoTopup(of: till.user)?.isEnabled } == false)
    }
}
