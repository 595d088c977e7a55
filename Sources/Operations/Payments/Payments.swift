import Domain
import Storage

extension Context {
    /// Notes that a payment did not come about. A wallet that fills itself stops doing so: its card does not pay.
    func endUnpaid(
        _ payment: PaymentRow, as state: PaymentRow.State, _ message: String?, at now: Instant,
        in transaction: any Transaction
    ) throws {
        try transaction.endPayment(payment.id, as: state, error: message, at: now)
        guard state == .failed else { return }
        try record("payment.failed", of: payment.user, message ?? "The payment failed.", in: transaction)
        guard payment.kind == .autoTopup else { return }
        try transaction.disableAutoTopup(of: payment.user)
        try record(
            "auto_topup.disabled", of: payment.user, "Switched off: the saved card did not pay.",
            in: transaction)
        try tell(
            payment.user,
            .autoTopupDeclined(payment.amount, message ?? "The payment failed.", site: settings.publicURL),
            at: now, in: transaction)
    }

    /// Writes to a renter, where this outlet has mail.
    func tell(_ user: ID<User>, _ words: Words, at now: Instant, in transaction: any Transaction) throws {
        guard settings.mail != nil, let renter = try transaction.renter(user),
            let address = EmailAddress(renter.email)
        else { return }
        try post(words, to: address, expiresAt: now + Seconds(3 * 86_400), at: now, in: transaction)
    }
}
