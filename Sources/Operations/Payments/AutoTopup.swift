import Domain
import Storage

/// When and by how much a wallet fills itself, and how that went the last time.
package struct AutoTopupView: Sendable {
    package let isEnabled: Bool
    package let threshold: Cents
    package let amount: Cents
    package let monthlyCap: Cents?
    package let lastAttempt: PaymentView?
}

extension Context {
    /// Between two times that a wallet fills itself.
    package static var autoTopupPause: Seconds { Seconds(300) }

    package func autoTopup(of user: ID<User>) throws -> AutoTopupView {
        try database.read { try autoTopup(of: user, in: $0) }
    }

    /// - Throws: `PaymentRefusal.noCard`.
    package func setAutoTopup(_ wish: AutoTopupRow, of user: ID<User>) throws -> AutoTopupView {
        let view = try database.write { transaction in
            guard try transaction.savedCard(of: user) != nil else { throw PaymentRefusal.noCard }
            try transaction.setAutoTopup(wish, of: user)
            let words =
                wish.isEnabled
                ? "$\(wish.amount.dollars) below $\(wish.threshold.dollars)"
                    + (wish.monthlyCap.map { ", at most $\($0.dollars) a month" } ?? "") : "off"
            try record("auto_topup.changed", of: user, "Automatic top-up: \(words).", in: transaction)
            return try autoTopup(of: user, in: transaction)
        }
        environment.ringBell()
        return view
    }

    private func autoTopup(of user: ID<User>, in session: any ReadSession) throws -> AutoTopupView {
        let row =
            try session.autoTopup(of: user)
            ?? AutoTopupRow(isEnabled: false, threshold: Cents(500), amount: Cents(2_000), monthlyCap: nil)
        return AutoTopupView(
            isEnabled: row.isEnabled, threshold: row.threshold, amount: row.amount,
            monthlyCap: row.monthlyCap, lastAttempt: try session.lastAutoTopup(of: user).map(PaymentView.init)
        )
    }

    /// Whether a wallet is below the line at which it fills itself.
    func isLow(_ user: ID<User>, in session: any ReadSession) throws -> Bool {
        guard let wish = try session.autoTopup(of: user) else { return false }
        let wallet = walletView(of: try session.walletState(of: user), at: try now(in: session))
        return wallet.available < wish.threshold
    }

    /// Writes down that a wallet fills itself now; nil when it does not. Not an idle one, not while one charge is under
    /// way or the last is less than five minutes ago, not past the month's cap or, without one, three times a day.
    func beginAutoTopup(_ user: ID<User>, at now: Instant, in transaction: any Transaction) throws
        -> PaymentRow?
    {
        guard let wish = try transaction.autoTopup(of: user), wish.isEnabled,
            try isLow(user, in: transaction),
            try transaction.renter(user)?.closedAt == nil, try !transaction.hasOpenDispute(user),
            let card = try chargeableCard(of: user, in: transaction)
        else { return nil }
        if let last = try transaction.lastAutoTopup(of: user) {
            guard last.state != .pending, now - last.createdAt >= Self.autoTopupPause else { return nil }
        }
        let (cap, since) =
            wish.monthlyCap.map { ($0, now.startOfMonth) }
            ?? (Cents(3 * wish.amount.count), now - Seconds(86_400))
        guard try transaction.autoToppedUp(by: user, since: since) + wish.amount <= cap else { return nil }
        return try insert(
            .autoTopup, wish.amount, by: user, key: nil, card: card, at: now, in: transaction)
    }
}
