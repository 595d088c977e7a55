import Domain
import Storage

extension Context {
    /// Posts all that follows from the facts of one payment and is not posted yet. What follows depends on the facts
    /// alone, so they may come in any order, and this may run again at any time.
    func bringToDate(_ intent: String, at now: Instant, in transaction: any Transaction) throws {
        guard let payment = try transaction.payment(intent: intent), payment.state == .succeeded else {
            return
        }
        try settle(payment.user, at: now, in: transaction)
        try credit(payment, intent, at: now, in: transaction)
        for refund in try transaction.refunds(ofIntent: intent) {
            let back = Movement(
                cause: "rf:\(refund.id)", code: .cardRefund, kind: .adjustment, amount: refund.amount,
                note: "Given back to your card")
            // One that failed before it was posted has moved nothing.
            guard try !refund.hasFailed || transaction.isPosted(back.cause) else { continue }
            try take(back, from: payment.user, at: now, in: transaction)
            guard refund.hasFailed else { continue }
            try give(
                Movement(
                    cause: "rf:\(refund.id):failed", code: .cardRefund, kind: .adjustment,
                    amount: refund.amount,
                    note: "Your bank returned the refund"), to: payment.user, at: now, in: transaction)
        }
        for dispute in try transaction.disputes(ofIntent: intent) where dispute.isWithdrawn {
            try take(
                Movement(
                    cause: "dispute:\(dispute.id)", code: .dispute, kind: .dispute, amount: dispute.amount,
                    note: "Your bank took a payment back"), from: payment.user, at: now, in: transaction)
            guard dispute.isReinstated else { continue }
            try give(
                Movement(
                    cause: "dispute_won:\(dispute.id)", code: .disputeWon, kind: .dispute,
                    amount: dispute.amount,
                    note: "Your bank decided that the payment stands"), to: payment.user, at: now,
                in: transaction)
        }
        try schedule(payment.user, in: transaction)
    }

    /// One movement between Stripe and a wallet.
    private struct Movement {
        let cause: String
        let code: MovementCode
        let kind: LedgerLine.Kind
        let amount: Cents
        let note: String

        /// What the audit trail calls it.
        var event: String { kind == .dispute ? "payment.disputed" : "payment.refunded" }
    }

    /// The money of a payment; what was owed is paid from it first.
    private func credit(
        _ payment: PaymentRow, _ intent: String, at now: Instant, in transaction: any Transaction
    ) throws {
        let cause = "deposit_\(intent)"
        guard try !transaction.isPosted(cause) else { return }
        let user = payment.user
        let available = try transaction.account(.available, of: user)
        try transaction.post(
            code: .topup, cause: cause,
            legs: [
                TransferLeg(debit: transaction.account(.stripe), credit: available, amount: payment.amount)
            ],
            entry: line(payment.kind == .autoTopup ? .autoTopup : .stripeTopup, of: user), at: now)
        try record(
            "payment.succeeded", of: user, "\(payment.amount.count) cents were added.", in: transaction)
        let owed = try transaction.owed(by: user)
        try transaction.post(
            code: .repay, cause: "debt:\(intent)",
            legs: [
                TransferLeg(
                    debit: available, credit: transaction.account(.debt, of: user),
                    amount: min(owed, payment.amount))
            ], entry: line(.adjustment, of: user, "Pays what was owed after a payment was taken back"),
            at: now)
        // What the money changes, it changes now: the end of the wallet's pods, and what its owner was warned of.
        try transaction.rearmRunway(of: user)
        try tell(
            user,
            .receipt(
                payment.amount, available: transaction.walletState(of: user).spendable(at: now),
                site: settings.publicURL), at: now, in: transaction)
    }

    /// Takes from what may be spent, as far as that goes; the rest is owed. A wallet never goes below zero.
    private func take(
        _ movement: Movement, from user: ID<User>, at now: Instant, in transaction: any Transaction
    ) throws {
        guard try !transaction.isPosted(movement.cause) else { return }
        let stripe = try transaction.account(.stripe)
        let funds = try transaction.funds(of: user)
        let spendable = try transaction.walletState(of: user).spendable(at: now)
        let taken = min(movement.amount, min(funds.available, spendable))
        try transaction.post(
            code: movement.code, cause: movement.cause,
            legs: [
                TransferLeg(debit: transaction.account(.available, of: user), credit: stripe, amount: taken),
                TransferLeg(
                    debit: transaction.account(.debt, of: user), credit: stripe,
                    amount: movement.amount - taken),
            ], entry: taken > .zero ? line(movement.kind, of: user, movement.note) : nil, at: now)
        try record(
            movement.event, of: user, "\(movement.amount.count) cents: \(movement.note)", in: transaction)
    }

    /// Gives back: what is owed becomes less, the rest may be spent.
    private func give(
        _ movement: Movement, to user: ID<User>, at now: Instant, in transaction: any Transaction
    ) throws {
        guard try !transaction.isPosted(movement.cause) else { return }
        let stripe = try transaction.account(.stripe)
        let forDebt = min(movement.amount, try transaction.owed(by: user))
        let given = movement.amount - forDebt
        try transaction.post(
            code: movement.code, cause: movement.cause,
            legs: [
                TransferLeg(debit: stripe, credit: transaction.account(.available, of: user), amount: given),
                TransferLeg(debit: stripe, credit: transaction.account(.debt, of: user), amount: forDebt),
            ], entry: given > .zero ? line(movement.kind, of: user, movement.note) : nil, at: now)
        try record(
            movement.event, of: user, "\(movement.amount.count) cents: \(movement.note)", in: transaction)
    }

    private func line(_ kind: LedgerLine.Kind, of user: ID<User>, _ note: String? = nil) -> LedgerLine {
        LedgerLine(id: ID(environment.newULID()), kind: kind, user: user, note: note)
    }
}

extension ReadSession {
    /// What a wallet owes since money was taken back that it had spent. It is paid by the next top-up.
    func owed(by user: ID<User>) throws -> Cents { try .zero - balance(of: account(.debt, of: user)) }
}
