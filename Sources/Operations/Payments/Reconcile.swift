import Domain
import Payments
import Storage

/// Stripe's list and ours, side by side.
package struct ReconcileReport: Sendable {
    package let since: Instant
    package let payments: Int  // That Stripe lists as this outlet's.
    package let refunds: Int
    package let disputes: Int
    package let differences: [PaymentDifference]
}

/// One thing of which Stripe and the books say different things.
package struct PaymentDifference: Hashable, Sendable, CustomStringConvertible {
    package let object: String  // Stripe's name of it.
    package let payment: ID<Payment>?
    package let words: String

    package var description: String { "\(object)\(payment.map { " (\($0))" } ?? ""): \(words)" }
}

extension Context {
    /// Compares what Stripe lists since `days` ago with the books, after taking in what its events say. Corrects nothing.
    /// - Throws: `StripeFault`.
    package func reconcile(days: Int64 = 30, with cards: CardPayments) throws -> ReconcileReport {
        let begun = try database.read { try now(in: $0) }
        let since = begun - Seconds(days * 86_400)
        let said = try cards.ask(in: self) { stripe throws(StripeFault) in
            try StripeStatement(since: since.secondsSince1970 - 86_400, site: settings.site, stripe)
        }
        try followEvents(with: cards)
        return try database.write { transaction in
            let ours = try transaction.paymentsProven(begunSince: since, before: begun)
            let differences =
                try said.intents.compactMap { try difference(of: $0, in: transaction) }
                + ours.compactMap { said.lacks($0) }
                + said.refunds.compactMap { try difference(ofRefund: $0, in: transaction) }
                + said.disputes.compactMap { try difference(ofDispute: $0, in: transaction) }
                + unclaimed(in: transaction)
            let now = try stamp(in: transaction)
            try transaction.setReconciled(at: now, differences: differences.count)
            for difference in differences {
                try record("payments.differ", of: nil, "\(difference)", in: transaction)
            }
            return ReconcileReport(
                since: since, payments: said.intents.count, refunds: said.refunds.count,
                disputes: said.disputes.count, differences: differences)
        }
    }

    /// Of a payment that Stripe lists as paid.
    private func difference(of intent: StripeStatement.Item, in session: any ReadSession) throws
        -> PaymentDifference?
    {
        guard let row = try session.payment(intent: intent.id), row.state == .succeeded else {
            return PaymentDifference(
                object: intent.id, payment: intent.payment,
                words: "Stripe has \(intent.amount) cents that no wallet was given")
        }
        guard row.amount.count == intent.amount else {
            return PaymentDifference(
                object: intent.id, payment: row.id,
                words: "Stripe has \(intent.amount) cents, the books \(row.amount.count)")
        }
        return nil
    }

    private func difference(ofRefund refund: StripeStatement.Item, in session: any ReadSession) throws
        -> PaymentDifference?
    {
        let known = try session.refunds(ofIntent: refund.intent).first { $0.id == refund.id }
        return try difference(
            of: refund, called: "a refund", known: known.map { ($0.amount, $0.hasFailed) }, in: session)
    }

    private func difference(ofDispute dispute: StripeStatement.Item, in session: any ReadSession) throws
        -> PaymentDifference?
    {
        let known = try session.disputes(ofIntent: dispute.intent).first { $0.id == dispute.id }
        return try difference(
            of: dispute, called: "a dispute", known: known.map { ($0.amount, $0.isClosed) }, in: session)
    }

    /// - Parameter known: what the books have of it; nil: nothing.
    private func difference(
        of item: StripeStatement.Item, called name: String, known: (amount: Cents, isOver: Bool)?,
        in session: any ReadSession
    ) throws -> PaymentDifference? {
        guard let row = try session.payment(intent: item.intent), row.state == .succeeded,
            known?.amount.count != item.amount || known?.isOver != item.isOver
        else { return nil }
        let words =
            known == nil
            ? "Stripe has \(name) of \(item.amount) cents that the books do not know of"
            : "Stripe and the books differ in the amount of \(name), or in whether it is over"
        return PaymentDifference(object: item.id, payment: row.id, words: words)
    }

    /// Money that named this outlet and no payment of it.
    private func unclaimed(in session: any ReadSession) throws -> [PaymentDifference] {
        let kept = try session.balance(of: session.account(.suspense))
        guard kept > .zero else { return [] }
        return [
            PaymentDifference(
                object: "suspense", payment: nil,
                words: "\(kept.count) cents came for payments that are unknown")
        ]
    }
}

/// What Stripe lists of this outlet.
private struct StripeStatement {
    struct Item {
        let id: String
        let intent: String
        let amount: Int64
        let isOver: Bool  // A refund that failed, a dispute that is decided.
        let payment: ID<Payment>?
    }

    let intents: [Item]  // Paid.
    let refunds: [Item]
    let disputes: [Item]

    /// - Parameter since: Unix seconds.
    init(since: Int64, site: String, _ stripe: StripeClient) throws(StripeFault) {
        var query = Form()
        query["created[gte]"] = "\(since)"
        intents = try stripe.list("/v1/payment_intents", query).filter {
            $0["metadata"]?["outlet"]?.text == site && $0["status"]?.text == "succeeded"
        }.compactMap { Item($0, intent: $0["id"], amount: $0["amount_received"], over: []) }
        refunds = try stripe.list("/v1/refunds", query).compactMap {
            Item($0, intent: $0["payment_intent"], amount: $0["amount"], over: ["failed", "canceled"])
        }
        disputes = try stripe.list("/v1/disputes", query).compactMap {
            Item(
                $0, intent: $0["payment_intent"], amount: $0["amount"],
                over: ["won", "lost", "warning_closed", "prevented"])
        }
    }

    /// Of a payment that the books have as paid, and Stripe does not list.
    func lacks(_ row: PaymentRow) -> PaymentDifference? {
        guard let intent = row.intent, !intents.contains(where: { $0.id == intent }) else { return nil }
        return PaymentDifference(
            object: intent, payment: row.id,
            words: "the books have \(row.amount.count) cents that Stripe does not list")
    }
}

extension StripeStatement.Item {
    fileprivate init?(_ object: StripeObject, intent: StripeObject?, amount: StripeObject?, over: [String]) {
        guard let id = object["id"]?.text, let intent = intent?.reference, let amount = amount?.whole else {
            return nil
        }
        self.init(
            id: id, intent: intent, amount: amount, isOver: over.contains(object["status"]?.text ?? ""),
            payment: object["metadata"]?["payment"]?.text.flatMap { ID($0) })
    }
}
