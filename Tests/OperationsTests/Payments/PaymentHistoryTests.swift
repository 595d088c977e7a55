import Domain
import Foundation
import Operations
import Storage
import Testing
import TestSupport

/// What Stripe's account says in the end, and with it what a wallet must hold: plain sums, without any order.
private struct Account {
    var paid: Int64 = 0
    var givenBack: Int64 = 0
    var spent: Int64 = 0

    var available: Int64 { max(paid - givenBack - spent, 0) }
    var owed: Int64 { max(givenBack + spent - paid, 0) }
}

@Suite struct PaymentHistoryTests {
    /// `scripts/soak payments` for many; `OUTLET_SEED` repeats one.
    private static let histories =
        ProcessInfo.processInfo.environment["OUTLET_HISTORIES"].flatMap { Int($0) } ?? 300
    private static let seed = ProcessInfo.processInfo.environment["OUTLET_SEED"].flatMap { UInt64($0) }

    @Test func `events in any order, twice and late, end with the wallet that Stripe's account says`() throws
    {
        let store = try TestStore()
        for number in 0..<Self.histories {
            let seed = Self.seed ?? UInt64.random(in: 1...UInt64.max)
            guard try run(seed, in: store) else { return }
            if number == 0, Self.seed != nil { return }
        }
        #expect(try store.context.verify().faults == [])
    }

    /// One wallet's history. False ends the test: one failure is enough to look at.
    private func run(_ seed: UInt64, in store: TestStore) throws -> Bool {
        var random = Dice(seed: seed)
        let till = try Till(store: store)
        let stripe = FakeStripe(ids: "\(till.user)")
        var account = Account()
        var events: [String] = []
        for number in 0..<Int.random(in: 1...3, using: &random) {
            events += try payment("pi_\(till.user)_\(number)", &account, till, &random)
        }
        if Bool.random(using: &random) { events += try charges(&account, till, stripe, &random) }
        events += events.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
        events.shuffle(using: &random)
        for event in events {
            try till.take(event)
            let cents = Int64.random(in: 1...2_000, using: &random)
            if Bool.random(using: &random), cents <= (try till.standing().available) {
                _ = try store.context.adjust(
                    till.user, by: Cents(-cents), note: "spent", actor: "operator:test")
                account.spent += cents
            }
        }
        // What no webhook brought, and what became of charges whose answer was lost.
        try store.context.followEvents(with: stripe.cards)
        store.clock.advance(by: Seconds(601))
        try store.context.settleDoubts(with: stripe.cards)
        let open = try till.payments().contains { $0.type == "saved_card" && $0.status == "pending" }
        #expect(!open, "OUTLET_SEED=\(seed): a charge is still in doubt")
        let standing = try till.standing()
        let isRight = standing == (account.available, account.owed)
        #expect(isRight, "OUTLET_SEED=\(seed): \(standing), not \(account.available) and \(account.owed)")
        return isRight
    }

    /// Charges of the saved card by a network that loses requests and answers, repeated as programs do.
    /// - Returns: the events that webhooks will bring; all others wait in Stripe's list.
    private func charges(
        _ account: inout Account, _ till: Till, _ stripe: FakeStripe, _ random: inout Dice
    ) throws -> [String] {
        try till.saveCard(customer: "cus_\(till.user)", "pm_\(till.user)")
        let cents = Int64.random(in: 100...5_000, using: &random)
        let faults: [FakeStripe.Fault?] = [
            nil, .lost, .unsent, .answer(500, "{}"), .answer(429, "{}"),
            .answer(402, #"{"error":{"type":"card_error","code":"card_declined","message":"No."}}"#),
        ]
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            if let fault = faults.randomElement(using: &random)! { stripe.fail("/v1/payment_intents", fault) }
            _ = try? till.context.chargeCard(Cents(cents), by: till.user, key: "k", with: stripe.cards)
        }
        var told: [String] = []
        for (intent, payment) in stripe.charged {
            let id = try #require(ID<Payment>(payment))
            account.paid += cents
            let event = till.paid(id, cents, intent: intent)
            if Bool.random(using: &random) { told.append(event) }
            stripe.list(event: event)
        }
        #expect(stripe.charged.count <= 1, "one wish is charged once")
        return told
    }

    /// The events of one payment, in the order in which they happened.
    private func payment(
        _ intent: String, _ account: inout Account, _ till: Till, _ random: inout Dice
    ) throws -> [String] {
        let cents = Int64.random(in: 100...5_000, using: &random)
        let payment = try till.ask(cents)
        guard Int.random(in: 0..<6, using: &random) > 0 else {
            return [till.refunded("re_\(intent)", cents, intent: intent)]
        }
        account.paid += cents
        var events = [
            till.paid(payment, cents, intent: intent), till.completed(payment, cents, intent: intent),
        ]
        var left = cents
        for number in 0..<Int.random(in: 0...2, using: &random) where left > 1 {
            let part = Int64.random(in: 1..<left, using: &random)
            left -= part
            events.append(till.refunded("re_\(intent)_\(number)", part, intent: intent))
            if Int.random(in: 0..<3, using: &random) == 0 {
                events.append(till.refunded("re_\(intent)_\(number)", part, intent: intent, status: "failed"))
            } else {
                account.givenBack += part
            }
        }
        guard Int.random(in: 0..<3, using: &random) == 0 else { return events }
        events.append(till.disputed("dp_\(intent)", left, intent: intent, "created"))
        events.append(till.disputed("dp_\(intent)", left, intent: intent, "funds_withdrawn"))
        if Bool.random(using: &random) {
            events.append(till.disputed("dp_\(intent)", left, intent: intent, "funds_reinstated"))
        } else {
            account.givenBack += left
        }
        events.append(till.disputed("dp_\(intent)", left, intent: intent, "closed"))
        return events
    }
}
