import Domain
import Payments
import Storage

/// What became of an event.
package enum StripeReceipt: Hashable, Sendable {
    case taken
    case duplicate
    case foreign  // Of the other mode, live or test: not for this outlet.
}

extension Context {
    /// Takes in a signed event: keeps that it came, what it says, and posts what follows, all in one transaction. It
    /// must be durable when Stripe is told that it was received.
    package func take(_ event: StripeEvent, isLive: Bool) throws -> StripeReceipt {
        guard event.isLive == isLive else { return .foreign }
        let receipt = try database.write { transaction in
            let now = try stamp(in: transaction)
            guard
                try transaction.noteStripeEvent(
                    event.id, type: event.type, apiVersion: event.apiVersion, at: now)
            else { return StripeReceipt.duplicate }
            if let news = event.news { try take(news, at: now, in: transaction) }
            return .taken
        }
        if receipt == .taken { environment.ringBell() }
        return receipt
    }

    private func take(_ news: StripeNews, at now: Instant, in transaction: any Transaction) throws {
        switch news {
        case .paid(let paid):
            try prove(paid, at: now, in: transaction)
        case .charged(let intent, let charge, let receiptURL, let payment):
            guard let row = try find(payment, intent: intent, in: transaction) else { return }
            try transaction.setCharge(charge, receipt: receiptURL, of: row.id)
        case .failed(let payment, let intent, let message):
            try end(
                find(payment, intent: intent, in: transaction), as: .failed, message, at: now, in: transaction
            )
        case .expired(let payment):
            try end(find(payment, intent: nil, in: transaction), as: .expired, nil, at: now, in: transaction)
        case .refund(let id, let intent, let amount, let failed):
            try transaction.noteRefund(id, ofIntent: intent, amount: Cents(amount), failed: failed)
            try bringToDate(intent, at: now, in: transaction)
        case .dispute(let id, let intent, let amount, let withdrawn, let reinstated, let closed):
            try transaction.noteDispute(
                id, ofIntent: intent, amount: Cents(amount), withdrawn: withdrawn, reinstated: reinstated,
                closed: closed)
            try bringToDate(intent, at: now, in: transaction)
        case .cardSaved(let customer, let card):
            guard let user = try transaction.user(ofStripeCustomer: customer) else { return }
            try transaction.saveCard(
                SavedCardRow(
                    paymentMethod: card.paymentMethod, brand: card.brand, last4: card.last4,
                    expiryMonth: card.expiryMonth, expiryYear: card.expiryYear), of: user)
            try record("card.saved", of: user, "\(card.brand) ending in \(card.last4)", in: transaction)
        case .cardRemoved(let paymentMethod):
            try transaction.forgetCard(paymentMethod, detached: true)
        }
    }

    /// The proof of a payment, once it fits what was asked for to the cent.
    private func prove(_ paid: StripeNews.Paid, at now: Instant, in transaction: any Transaction) throws {
        guard let row = try find(paid.payment, intent: paid.intent, in: transaction) else {
            return try keepForLater(paid, at: now, in: transaction)
        }
        guard paid.currency == "usd", row.amount == Cents(paid.amount),
            [nil, paid.intent].contains(row.intent)
        else {
            return try record(
                "payment.mismatch", of: row.user,
                "Stripe says \(paid.amount) \(paid.currency) for a payment of \(row.amount.count) cents.",
                in: transaction)
        }
        try transaction.provePayment(row.id, intent: paid.intent, at: now)
        try bringToDate(paid.intent, at: now, in: transaction)
    }

    /// Money that names this outlet and no payment of it: after the loss of the newest rows, say. It is nobody's until
    /// the operator has looked.
    private func keepForLater(_ paid: StripeNews.Paid, at now: Instant, in transaction: any Transaction)
        throws
    {
        guard paid.outlet == settings.site, paid.amount > 0 else { return }
        let isNew = try transaction.post(
            code: .topup, cause: "deposit_\(paid.intent)",
            legs: [
                TransferLeg(
                    debit: transaction.account(.stripe), credit: transaction.account(.suspense),
                    amount: Cents(paid.amount))
            ], entry: nil, at: now)
        if isNew {
            try record(
                "payment.unknown", of: nil, "\(paid.amount) cents came by \(paid.intent).", in: transaction)
        }
    }

    private func end(
        _ payment: PaymentRow?, as state: PaymentRow.State, _ message: String?, at now: Instant,
        in transaction: any Transaction
    ) throws {
        guard let payment, payment.state == .pending else { return }
        // A page takes another card after a refusal; it ends by expiring.
        guard payment.kind != .checkout || state == .expired else { return }
        try endUnpaid(payment, as: state, message, at: now, in: transaction)
    }

    private func find(_ payment: String?, intent: String?, in session: any ReadSession) throws -> PaymentRow?
    {
        if let id = payment.flatMap({ ID<Payment>($0) }), let row = try session.payment(id) { return row }
        return try intent.flatMap { try session.payment(intent: $0) }
    }
}
