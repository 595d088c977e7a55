import Configuration
import Domain
import Operations
import Storage
import Testing
import TestSupport

@Suite struct `A wallet that fills itself` {
    private let o: Outlet
    private let till: Till

    init() async throws {
        o = try await Outlet(wallet: 400) {
            $0.mail = Settings.Mail(
                senderName: "", sender: EmailAddress("outlet@example.org")!,
                delivery: .folder($0.dataDirectory))
        }
        till = Till(o)
        try till.saveCard()
    }

    private func fill(below cents: Int64 = 500, by amount: Int64 = 1_000, atMost cap: Int64? = nil) throws {
        _ = try o.context.setAutoTopup(
            AutoTopupRow(
                isEnabled: true, threshold: Cents(cents), amount: Cents(amount),
                monthlyCap: cap.map { Cents($0) }),
            of: o.user)
    }

    private var charges: Int { o.stripe.charges.count }

    /// Stripe's word for the newest payment.
    private func prove() throws {
        let payment = try #require(try till.payments().first)
        let intent = try o.context.database.read { try $0.payment(payment.id)?.intent }
        try till.take(till.paid(payment.id, payment.amount.count, intent: #require(intent)))
    }

    @Test func `does so while a pod runs, by a charge of its own`() async throws {
        _ = try await o.launched()
        try fill()
        await o.meter.topUpWallets()
        #expect(charges == 1)
        try prove()
        #expect(try till.lines().contains("auto_topup 1000"))
        #expect(try o.context.autoTopup(of: o.user).lastAttempt?.status == "succeeded")
        try o.verify()
    }

    @Test func `never does when nothing runs`() async throws {
        try fill()
        await o.meter.topUpWallets()
        #expect(charges == 0)
    }

    @Test func `never does above its line`() async throws {
        try fill(below: 100)
        _ = try await o.launched()
        await o.meter.topUpWallets()
        #expect(charges == 0)
    }

    @Test func `waits five minutes between two charges, and for the end of the first`() async throws {
        _ = try await o.launched()
        try fill(below: 5_000)
        for _ in 0..<8 { await o.meter.topUpWallets() }
        #expect(charges == 1)
        try prove()
        o.pass(299)
        await o.meter.topUpWallets()
        #expect(charges == 1)
        o.pass(1)
        await o.meter.topUpWallets()
        #expect(charges == 2)
    }

    @Test func `stops at its cap of the month, and at three a day without one`() async throws {
        for (cap, expected) in [(2_500, 2), (nil, 3)] as [(Int64?, Int)] {
            let world = try await Self()
            try world.fill(below: 90_000, atMost: cap)
            _ = try await world.o.launched()
            for _ in 0..<5 {
                await world.o.meter.topUpWallets()
                if try world.till.payments().first?.status == "pending" { try world.prove() }
                world.o.pass(301)
                try world.o.meter.report()
                await world.o.meter.watch()
            }
            #expect(world.charges == expected)
        }
    }

    @Test func `is switched off by a decline, which is written to its owner`() async throws {
        _ = try await o.launched()
        try fill()
        o.stripe.fail(
            "/v1/payment_intents",
            .answer(402, #"{"error":{"type":"card_error","code":"card_declined","message":"Declined."}}"#))
        await o.meter.topUpWallets()
        let view = try o.context.autoTopup(of: o.user)
        #expect(
            !view.isEnabled && view.lastAttempt?.status == "failed" && view.lastAttempt?.error == "Declined.")
        #expect(try till.letters().contains("topup-declined"))
        o.pass(600)
        await o.meter.topUpWallets()
        #expect(charges == 1)
    }

    @Test func `is not charged again while the answer is lost, nor by a meter that starts anew`() async throws
    {
        _ = try await o.launched()
        try fill()
        o.stripe.fail("/v1/payment_intents", .lost)
        await o.meter.topUpWallets()
        try o.startMeter()
        o.pass(400)
        await o.meter.topUpWallets()
        #expect(charges == 1)
        await o.meter.followStripe()  // Finds the charge by its payment.
        try prove()
        #expect(try till.lines().contains("auto_topup 1000"))
        try o.verify()
    }

    @Test func `charges once when eight meters look at the same time`() async throws {
        _ = try await o.launched()
        try fill()
        let meter = o.meter!
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { await meter.topUpWallets() } }
        }
        #expect(charges == 1)
    }

    @Test func `keeps its pods when the money comes in the last second`() async throws {
        let rental = try await o.launched()  // 280 of 400 cents are reserved.
        let end = try #require(try o.balance().runway)
        try await o.run(for: end.count - 1)
        try till.take(till.paid(till.ask(1_000), 1_000, intent: "pi_last"))
        try await o.run(for: 600)
        #expect(try o.rental(rental).status == .running)
        #expect(try till.letters().filter { $0 == "receipt" }.count == 1)
        try o.verify()
    }

    @Test func `is not filled while a payment into it is disputed, nor launches anything`() async throws {
        _ = try await o.launched()
        try fill()
        try till.take(till.paid(till.ask(100), 100, intent: "pi_x"))
        try till.take(till.disputed("dp_1", 100, intent: "pi_x", "created"))
        await o.meter.topUpWallets()
        #expect(charges == 0)
        #expect {
            try o.launch()
        } throws: {
            if case .paymentDisputed? = $0 as? LaunchRefusal { true } else { false }
        }
        try till.take(till.disputed("dp_1", 100, intent: "pi_x", "closed"))
        await o.meter.topUpWallets()
        #expect(charges == 1)
    }
}
