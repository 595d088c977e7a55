import Domain
import Storage

/// One payment as its renter sees it.
package struct PaymentView: Sendable {
    package let id: ID<Payment>
    package let type: String  // `checkout`, `saved_card`, `auto_topup`
    package let amount: Cents
    package let status: String  // `pending`, `succeeded`, `failed`, `expired`
    package let createdAt: Instant
    package let endedAt: Instant?
    package let receiptURL: String?
    package let charge: String?
    package let checkoutURL: String?  // While it can be paid there.
    package let session: String?  // Stripe's id of that page.
    package let error: String?

    init(_ row: PaymentRow) {
        id = row.id
        type = row.kind.rawValue
        amount = row.amount
        status = row.state.rawValue
        createdAt = row.createdAt
        endedAt = row.endedAt
        receiptURL = row.receiptURL
        charge = row.charge
        checkoutURL = row.state == .pending ? row.checkoutURL : nil
        session = row.session
        error = row.error
    }
}

extension Context {
    /// One page, newest first. A cursor is the id last read.
    /// - Throws: `CursorRefusal`.
    package func payments(of user: ID<User>, cursor: String?, pageSize: Int) throws -> Page<PaymentView> {
        let before = try cursor.map { text in
            guard let id = ID<Payment>(text) else { throw CursorRefusal() }
            return id
        }
        return try database.read { session in
            if let before, try session.payment(before)?.user != user { throw CursorRefusal() }
            let rows = try session.payments(of: user, before: before, limit: pageSize + 1)
            let items = rows.prefix(pageSize).map(PaymentView.init)
            return Page(items: items, next: rows.count > pageSize ? items.last?.id.text : nil)
        }
    }
}
