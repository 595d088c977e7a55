import Domain
import Storage

extension Context {
    /// Tells what a change of the wallet, or time, has brought its owner near to. Part of every transaction that
    /// touches a wallet.
    func warn(_ user: ID<User>, exhaustsAt: Instant?, in transaction: any Transaction) throws {
        let now = try now(in: transaction)
        try warnOfEnd(user, exhaustsAt: exhaustsAt, at: now, in: transaction)
        try warnOfSpending(user, at: now, in: transaction)
    }

    private func warnOfEnd(
        _ user: ID<User>, exhaustsAt: Instant?, at now: Instant, in transaction: any Transaction
    ) throws {
        let (told, lookAt) = try transaction.runwayTold(to: user)
        let warning = RunwayWarning(exhaustsAt: exhaustsAt, now: now, told: told)
        if warning.told != told || warning.lookAt != lookAt {
            try transaction.setRunwayTold(warning.told, to: user, lookAt: warning.lookAt)
        }
        guard let threshold = warning.tell, let exhaustsAt else { return }
        try acting(as: .outlet).record(
            "wallet.runway", of: user,
            "The wallet lasts less than \(threshold.words), until \(exhaustsAt.iso8601). Then its pods are stopped.",
            in: transaction)
    }

    /// Spending is looked at when it is posted: at least hourly for each pod.
    private func warnOfSpending(_ user: ID<User>, at now: Instant, in transaction: any Transaction) throws {
        let month = now.startOfMonth
        guard try transaction.hasOpenSpendAlert(of: user, month: month) else { return }
        let spent = try transaction.posted(by: user, since: month)
        guard let alert = try transaction.tellSpendAlerts(to: user, spent: spent, month: month) else {
            return
        }
        try acting(as: .outlet).record(
            "wallet.spend_alert", of: user,
            "This month's spending has reached $\(alert.dollars): it is $\(spent.dollars).", in: transaction)
    }
}

extension Seconds {
    /// One of the runway's thresholds, for people.
    fileprivate var words: String {
        count % 3_600 == 0 ? count == 3_600 ? "1 hour" : "\(count / 3_600) hours" : "\(count / 60) minutes"
    }
}
