import Domain
import Foundation
import Operations
import Payments
import Storage
import Synchronization
import Testing
import TestSupport

/// An outlet's till: payments that were asked for, and Stripe's events about them as Stripe writes them.
final class Till: Sendable {
    let store: TestStore
    let user: ID<User>
    private let made = Mutex(0)

    init(store: TestStore? = nil) throws {
        self.store = try store ?? TestStore()
        user = try self.store.context.addUser(email: "renter-\(UUID().uuidString.lowercased())@example.org")
            .id
    }

    /// The till of an outlet with a meter.
    init(_ outlet: Outlet) {
        store = outlet.store
        user = outlet.user
    }

    /// A card that may be charged.
    func saveCard(customer: String = "cus_1", _ paymentMethod: String = "pm_1") throws {
        try context.database.write { try $0.setStripeCustomer(customer, of: user) }
        try take(cardSaved(paymentMethod, customer: customer))
    }

    func cardSaved(_ paymentMethod: String, customer: String = "cus_1") -> String {
        event(
            "payment_method.attached",
            """
            "id":"\(paymentMethod)","object":"payment_method","customer":"\(customer)",
            "card":{"brand":"visa","last4":"4242","exp_month":12,"exp_year":2034}
            """)
    }

    func payments() throws -> [PaymentView] {
        try context.payments(of: user, cursor: nil, pageSize: 200).items
    }

    func events() throws -> [String] {
        var filter = EventFilter()
        filter.user = user
        return try context.events(filter, cursor: nil, pageSize: 200).items.map(\.type)
    }

    func letters() throws -> [String] {
        try context.database.read {
            try $0.rows("SELECT purpose FROM mail ORDER BY id").map { $0.text("purpose") }
        }
    }

    var context: Context { store.context }

    /// A payment that was asked for; Stripe has not answered.
    func ask(_ cents: Int64, kind: PaymentRow.Kind = .checkout) throws -> ID<Payment> {
        try context.database.write { transaction in
            let id = ID<Payment>(context.environment.newULID())
            try transaction.insertPayment(
                id, of: user, kind: kind, amount: Cents(cents), request: nil, at: context.now(in: transaction)
            )
            return id
        }
    }

    @discardableResult
    func take(_ event: String, isLive: Bool = false) throws -> StripeReceipt {
        try context.take(#require(StripeEvent(json: Array(event.utf8))), isLive: isLive)
    }

    /// `object` is the inside of a JSON object.
    func event(_ type: String, _ object: String, id: String? = nil, isLive: Bool = false) -> String {
        let made = made.withLock { made in
            made += 1
            return made
        }
        return """
            {"id":"\(id ?? "evt_\(user)_\(made)")","object":"event","type":"\(type)","livemode":\(isLive),"created":1,
             "api_version":"2026-10-28.endive","pending_webhooks":1,"data":{"object":{\(object)}}}
            """
    }

    func paid(_ payment: ID<Payment>, _ cents: Int64, intent: String, currency: String = "usd") -> String {
        event(
            "payment_intent.succeeded",
            """
            "id":"\(intent)","object":"payment_intent","status":"succeeded","amount_received":\(cents),
            "currency":"\(currency)","metadata":{"payment":"\(payment)","outlet":"\(context.settings.site)"}
            """)
    }

    func completed(_ payment: ID<Payment>, _ cents: Int64, intent: String, status: String = "paid") -> String
    {
        event(
            "checkout.session.completed",
            """
            "id":"cs_\(intent)","object":"checkout.session","mode":"payment","payment_status":"\(status)",
            "payment_intent":"\(intent)","amount_total":\(cents),"currency":"usd","metadata":{"payment":"\(payment)"}
            """)
    }

    func refunded(_ id: String, _ cents: Int64, intent: String, status: String = "succeeded") -> String {
        event(
            status == "failed" ? "refund.failed" : "refund.created",
            #""id":"\#(id)","object":"refund","payment_intent":"\#(intent)","amount":\#(cents),"status":"\#(status)""#
        )
    }

    func disputed(_ id: String, _ cents: Int64, intent: String, _ what: String) -> String {
        event(
            "charge.dispute.\(what)",
            #""id":"\#(id)","object":"dispute","payment_intent":"\#(intent)","amount":\#(cents),"status":"open""#
        )
    }

    /// What may be spent, and what is owed.
    func standing() throws -> (available: Int64, owed: Int64) {
        try context.database.read { session in
            let debt = try session.balance(of: session.account(.debt, of: user))
            return (try session.funds(of: user).available.count, -debt.count)
        }
    }

    func lines() throws -> [String] {
        try context.ledgerRows(of: user, filter: LedgerFilter(), before: nil, limit: 200).reversed().map {
            "\($0.type) \($0.amount.count)"
        }
    }
}
