import Domain
import Storage

/// The limits of one wallet, and how far it is from them.
package struct LimitsView: Sendable {
    package let own: SpendingLimits
    package let operators: SpendingLimits  // For this wallet, else by configuration.
    package let alerts: [Cents]  // Lowest first.
    package let spending: Spending
    package let monthEndsAt: Instant
}

/// Why limits are not set.
package enum LimitsRefusal: Error, Hashable, Sendable {
    /// Nobody can allow themselves more than the operator does.
    case aboveOperator(LimitBreach.Limit, maximum: Int64)
}

extension Context {
    package func limits(of user: ID<User>) throws -> LimitsView {
        try database.read { try limits(of: user, at: now(in: $0), in: $0) }
    }

    /// Sets the renter's own limits and alerts, all of them.
    /// - Throws: `LimitsRefusal`
    package func setLimits(_ own: SpendingLimits, alerts: [Cents], of user: ID<User>) throws -> LimitsView {
        try database.write { transaction in
            let now = try now(in: transaction)
            let before = try limits(of: user, at: now, in: transaction)
            try check(own, against: before.operators)
            try transaction.setOwnLimits(own, of: user)
            try transaction.setSpendAlerts(
                alerts, of: user, spent: before.spending.spentThisMonth, month: now.startOfMonth)
            try record("limits.changed", of: user, "Own limits: \(own.words).", in: transaction)
            return try limits(of: user, at: now, in: transaction)
        }
    }

    /// Sets what the operator allows one wallet; what is left open is as in the configuration.
    package func setOperatorLimits(_ limits: SpendingLimits, of user: ID<User>) throws -> LimitsView {
        try database.write { transaction in
            try transaction.setOperatorLimits(limits, of: user)
            try record(
                "limits.operator_changed", of: user, "The operator's limits: \(limits.words).",
                in: transaction)
            return try self.limits(of: user, at: now(in: transaction), in: transaction)
        }
    }

    /// Those that the operator has set for this wallet alone.
    package func operatorLimits(of user: ID<User>) throws -> SpendingLimits {
        try database.read { try $0.spendingLimits(of: user).operators }
    }

    func limits(of user: ID<User>, at now: Instant, in session: any ReadSession) throws -> LimitsView {
        let stored = try session.spendingLimits(of: user)
        let wallet = walletView(of: try session.walletState(of: user), at: now)
        return LimitsView(
            own: stored.own, operators: stored.operators.completed(by: settings.billing.limits),
            alerts: try session.spendAlerts(of: user),
            spending: try session.spending(
                of: user, reserved: wallet.reserved, pending: wallet.pending, at: now),
            monthEndsAt: now.startOfNextMonth)
    }

    private func check(_ own: SpendingLimits, against operators: SpendingLimits) throws(LimitsRefusal) {
        let pairs: [(LimitBreach.Limit, Int64?, Int64?)] = [
            (.burnPerHour, own.burnPerHour?.count, operators.burnPerHour?.count),
            (.spendPerMonth, own.spendPerMonth?.count, operators.spendPerMonth?.count),
            (.pods, own.pods.map(Int64.init), operators.pods.map(Int64.init)),
        ]
        for (limit, own, operators) in pairs {
            if let own, let operators, own > operators {
                throw .aboveOperator(limit, maximum: operators)
            }
        }
    }
}

extension LimitsView {
    /// The limit that a launch at `rate` would pass, if any.
    func breach(by rate: HourlyRate, holding hold: Cents) -> LimitBreach? {
        Domain.breach(of: own, and: operators, by: rate, holding: hold, on: spending)
    }
}

extension SpendingLimits {
    /// For people.
    package var words: String {
        let words = [
            burnPerHour.map { "$\($0.dollars) an hour" }, spendPerMonth.map { "$\($0.dollars) a month" },
            pods.map { "\($0) pod\($0 == 1 ? "" : "s") at once" },
        ].compactMap { $0 }
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }
}
