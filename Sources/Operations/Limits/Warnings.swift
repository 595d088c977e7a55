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
        // By time alone: whoever launches sees how long the money lasts, and needs no letter about it.
        guard let lookAt, lookAt <= now else { return }
        try write(
            .runway(threshold.words, until: exhaustsAt, site: settings.publicURL), to: user,
            expiresAt: exhaustsAt,
            at: now, in: transaction)
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
        try write(
            .spending(alert, spent: spent, site: settings.publicURL), to: user,
            expiresAt: now + Seconds(86_400),
            at: now, in: transaction)
    }

    /// A letter to a renter, where this outlet has mail.
    private func write(
        _ words: Words, to user: ID<User>, expiresAt: Instant, at now: Instant,
        in transaction: any Transaction
    ) throws {
        guard settings.mail != nil, let renter = try transaction.renter(user),
            let address = EmailAddress(renter.email)
        else { return }
        try post(words, to: address, expiresAt: expiresAt, at: now, in: transaction)
    }
}

extension Seconds {
    /// One of the runway's thresholds, for people.
    fileprivate var words: String {
        count % 3_600 == 0 ? count == 3_600 ? "1 hour" : "\(count / 3_600) hours" : "\(count / 60) minutes"
    }
}
