import Domain
import Storage

extension Context {
    /// Live figures: what is metered and not yet posted is already off.
    package func balance(of user: ID<User>) throws -> BalanceView {
        try database.read { session in
            let now = try now(in: session)
            let wallet = walletView(of: try session.walletState(of: user), at: now)
            return BalanceView(
                available: wallet.available, reserved: wallet.reserved, pending: wallet.pending,
                owed: try session.owed(by: user), burnPerHour: wallet.burnPerHour,
                runway: wallet.exhaustsAt.map { max($0 - now, .zero) },
                updatedAt: now)
        }
    }

    /// The operator's word: money in, or out as far as there is paid money; gift credit is never paid out.
    /// - Throws: `AdjustmentRefusal`.
    package func adjust(_ user: ID<User>, by change: Cents, note: String, actor: String) throws
        -> LedgerEntryView
    {
        let entry = try database.write { transaction in
            let now = try stamp(in: transaction)
            guard change != .zero else { throw AdjustmentRefusal.zero }
            try settle(user, at: now, in: transaction)
            let paid = try transaction.balance(of: transaction.account(.available, of: user))
            let available = min(try transaction.walletState(of: user).spendable(at: now), paid)
            guard change > .zero || available + change >= .zero else {
                throw AdjustmentRefusal.insufficientBalance(available: available)
            }
            let id = ID<LedgerEntry>(environment.newULID())
            try postAdjustment(id, of: user, by: change, note: note, at: now, in: transaction)
            if change > .zero { try transaction.rearmRunway(of: user) }
            try schedule(user, in: transaction)
            try acting(as: Actor(actor)).record(
                "wallet.adjusted", of: user, "\(change.count) cents: \(note)", in: transaction)
            return try transaction.entries(of: user, where: "e.id = \(id)", limit: 1)[0]
        }
        environment.ringBell()
        return entry
    }
}

/// Why an adjustment is refused.
package enum AdjustmentRefusal: Error, Hashable, Sendable {
    case zero
    case insufficientBalance(available: Cents)
}
