import Domain

/// A row of `spending_limit`: what the renter has set, and what the operator has set for this one wallet.
package struct SpendingLimitRow: Hashable, Sendable {
    package let own: SpendingLimits
    package let operators: SpendingLimits
}

extension ReadSession {
    package func spendingLimits(of user: ID<User>) throws -> SpendingLimitRow {
        let row = try row(
            """
            SELECT own_burn_cents, own_month_cents, own_pods, operator_burn_cents, operator_month_cents, operator_pods
              FROM spending_limit WHERE user_id = \(user)
            """)
        guard let row else { return SpendingLimitRow(own: SpendingLimits(), operators: SpendingLimits()) }
        return SpendingLimitRow(own: row.limits("own"), operators: row.limits("operator"))
    }

    /// What the wallet has under way; `reserved` and `pending` are its live figures.
    package func spending(of user: ID<User>, reserved: Cents, pending: Cents, at now: Instant) throws
        -> Spending
    {
        let live = try row(
            """
            SELECT COUNT(*) AS pods,
                   COALESCE(SUM(CASE state WHEN 'running' THEN rate_cents ELSE max_rate_cents END), 0) AS burn_cents
              FROM rental
             WHERE user_id = \(user) AND closed_at_s IS NULL AND state IN ('provisioning', 'running')
            """)!
        return Spending(
            burnPerHour: live.cents("burn_cents"),
            spentThisMonth: try posted(by: user, since: now.startOfMonth) + pending, reserved: reserved,
            pods: Int(live.int("pods")))
    }

    /// What was charged, less what was given back of charges.
    package func posted(by user: ID<User>, since start: Instant) throws -> Cents {
        try row(
            """
            SELECT COALESCE(-SUM(amount_cents), 0) AS cents FROM ledger_entry
             WHERE user_id = \(user) AND posted_at_s >= \(start) AND type IN ('rental_charge', 'refund')
            """)!.cents("cents")
    }
}

extension Transaction {
    package func setOwnLimits(_ limits: SpendingLimits, of user: ID<User>) throws {
        try run(
            """
            INSERT INTO spending_limit (user_id, own_burn_cents, own_month_cents, own_pods)
            VALUES (\(user), \(limits.burnPerHour), \(limits.spendPerMonth), \(limits.pods))
            ON CONFLICT (user_id) DO UPDATE
               SET own_burn_cents = excluded.own_burn_cents, own_month_cents = excluded.own_month_cents,
                   own_pods = excluded.own_pods
            """)
    }

    package func setOperatorLimits(_ limits: SpendingLimits, of user: ID<User>) throws {
        try run(
            """
            INSERT INTO spending_limit (user_id, operator_burn_cents, operator_month_cents, operator_pods)
            VALUES (\(user), \(limits.burnPerHour), \(limits.spendPerMonth), \(limits.pods))
            ON CONFLICT (user_id) DO UPDATE
               SET operator_burn_cents = excluded.operator_burn_cents,
                   operator_month_cents = excluded.operator_month_cents, operator_pods = excluded.operator_pods
            """)
    }
}

extension Row {
    fileprivate func limits(_ setter: String) -> SpendingLimits {
        SpendingLimits(
            burnPerHour: optionalInt("\(setter)_burn_cents").map { Cents($0) },
            spendPerMonth: optionalInt("\(setter)_month_cents").map { Cents($0) },
            pods: optionalInt("\(setter)_pods").map { Int($0) })
    }
}
