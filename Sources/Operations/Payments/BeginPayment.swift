import Domain
import Payments
import Storage

extension Context {
    /// Writes down a wish for money before Stripe hears of it. The same request again is the same payment.
    /// - Parameter key: the renter's `Idempotency-Key`.
    /// - Throws: `PaymentRefusal.keyReused`, `.tooOften`, `.noCard`.
    func begin(_ kind: PaymentRow.Kind, _ amount: Cents, by user: ID<User>, key: String?) throws -> PaymentRow
    {
        if let earlier = try database.read({ try earlier(key, of: user, kind, amount, in: $0) }) {
            return earlier
        }
        let quota = Quota(
            subject: "checkout:\(user)", limit: settings.limits.checkoutsPerHour, window: .hour)
        if let wait = try take([quota]) { throw PaymentRefusal.tooOften(wait) }
        return try database.write { transaction in
            if let earlier = try earlier(key, of: user, kind, amount, in: transaction) { return earlier }
            let card = kind == .checkout ? nil : try chargeableCard(of: user, in: transaction)
            if kind != .checkout, card == nil { throw PaymentRefusal.noCard }
            return try insert(
                kind, amount, by: user, key: key, card: card, at: stamp(in: transaction), in: transaction)
        }
    }

    func insert(
        _ kind: PaymentRow.Kind, _ amount: Cents, by user: ID<User>, key: String?,
        card: (customer: String, paymentMethod: String)?, at now: Instant, in transaction: any Transaction
    ) throws -> PaymentRow {
        let id = ID<Payment>(environment.newULID())
        try transaction.insertPayment(
            id, of: user, kind: kind, amount: amount, request: key, card: card, at: now)
        return try transaction.payment(id)!
    }

    /// Whose and which card is charged; nil when none is saved.
    func chargeableCard(of user: ID<User>, in session: any ReadSession) throws -> (
        customer: String, paymentMethod: String
    )? {
        guard let customer = try session.stripeCustomer(of: user), let card = try session.savedCard(of: user)
        else { return nil }
        return (customer, card.paymentMethod)
    }

    private func earlier(
        _ key: String?, of user: ID<User>, _ kind: PaymentRow.Kind, _ amount: Cents,
        in session: any ReadSession
    ) throws -> PaymentRow? {
        guard let key, let row = try session.payment(of: user, request: key) else { return nil }
        guard row.kind == kind, row.amount == amount else { throw PaymentRefusal.keyReused }
        return row
    }
}
