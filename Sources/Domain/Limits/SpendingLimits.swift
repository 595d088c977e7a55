/// The most that a wallet may have under way and spend. Nil: no such limit.
package struct SpendingLimits: Hashable, Sendable {
    package var burnPerHour: Cents?
    package var spendPerMonth: Cents?  // Of a calendar month, UTC.
    package var pods: Int?

    package init(burnPerHour: Cents? = nil, spendPerMonth: Cents? = nil, pods: Int? = nil) {
        self.burnPerHour = burnPerHour
        self.spendPerMonth = spendPerMonth
        self.pods = pods
    }

    /// These, and `usual` where they leave one open.
    package func completed(by usual: SpendingLimits) -> SpendingLimits {
        SpendingLimits(
            burnPerHour: burnPerHour ?? usual.burnPerHour,
            spendPerMonth: spendPerMonth ?? usual.spendPerMonth,
            pods: pods ?? usual.pods)
    }
}

/// What a wallet has under way, and has spent.
package struct Spending: Hashable, Sendable {
    package let burnPerHour: Cents  // Of all that runs or is being made, at the most that it may cost.
    package let spentThisMonth: Cents
    package let reserved: Cents
    package let pods: Int  // Running or being made.

    package init(burnPerHour: Cents, spentThisMonth: Cents, reserved: Cents, pods: Int) {
        self.burnPerHour = burnPerHour
        self.spentThisMonth = spentThisMonth
        self.reserved = reserved
        self.pods = pods
    }
}

/// A limit that a launch would pass.
package struct LimitBreach: Hashable, Sendable {
    /// By the names that they have in the contract.
    package enum Limit: String, Sendable, CaseIterable {
        case burnPerHour = "maxBurnPerHourCents"
        case spendPerMonth = "maxSpendPerMonthCents"
        case pods = "maxPods"
    }

    package enum Setter: String, Sendable { case renter, `operator` }

    package let limit: Limit
    package let setBy: Setter
    package let maximum: Int64
    package let current: Int64
    package let requested: Int64  // What the launch would add.
}

/// The first limit that a launch at `rate` would pass, of the renter's own and the operator's the lower one.
///
/// The limit of a month refuses new launches only: a pod that runs is not ended by it, since work would be lost
/// and the wallet itself is the hard end. So what is reserved counts as if it were spent.
package func breach(
    of own: SpendingLimits, and operators: SpendingLimits, by rate: HourlyRate, holding hold: Cents,
    on spending: Spending
) -> LimitBreach? {
    func check(
        _ limit: LimitBreach.Limit, _ own: Int64?, _ operators: Int64?, _ current: Int64, _ requested: Int64
    )
        -> LimitBreach?
    {
        let isOwn = own.map { $0 <= operators ?? .max } ?? false
        guard let maximum = isOwn ? own : operators, current + requested > maximum else { return nil }
        return LimitBreach(
            limit: limit, setBy: isOwn ? .renter : .operator, maximum: maximum, current: current,
            requested: requested)
    }
    return check(.pods, own.pods.map(Int64.init), operators.pods.map(Int64.init), Int64(spending.pods), 1)
        ?? check(
            .burnPerHour, own.burnPerHour?.count, operators.burnPerHour?.count, spending.burnPerHour.count,
            rate.centsPerHour)
        ?? check(
            .spendPerMonth, own.spendPerMonth?.count, operators.spendPerMonth?.count,
            (spending.spentThisMonth + spending.reserved).count, hold.count)
}
