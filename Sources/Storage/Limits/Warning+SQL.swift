import Domain

extension ReadSession {
    /// The amounts of a month's spending that the owner wants to be told of, lowest first.
    package func spendAlerts(of user: ID<User>) throws -> [Cents] {
        try rows("SELECT cents FROM spend_alert WHERE user_id = \(user) ORDER BY cents").map {
            $0.cents("cents")
        }
    }

    /// Whether one of them is still to be told in the month that began at `month`.
    package func hasOpenSpendAlert(of user: ID<User>, month: Instant) throws -> Bool {
        try row(
            """
            SELECT 1 AS found FROM spend_alert
             WHERE user_id = \(user) AND (told_month_s IS NULL OR told_month_s < \(month)) LIMIT 1
            """) != nil
    }

    /// The tightest threshold of the runway that was told.
    package func runwayTold(to user: ID<User>) throws -> (told: Seconds?, lookAt: Instant?) {
        let row = try row("SELECT told_s, look_at_s FROM runway_watch WHERE user_id = \(user)")
        return (row?.optionalInt("told_s").map { Seconds($0) }, row?.optionalInstant("look_at_s"))
    }

    /// Wallets of which time alone has something to tell.
    package func runwaysDue(at now: Instant) throws -> [ID<User>] {
        try rows("SELECT user_id FROM runway_watch WHERE look_at_s <= \(now)").map { $0.id("user_id") }
    }
}

extension Transaction {
    /// What a wallet has spent already is not told.
    package func setSpendAlerts(_ alerts: [Cents], of user: ID<User>, spent: Cents, month: Instant) throws {
        let known = try Set(spendAlerts(of: user))
        for cents in known.subtracting(alerts) {
            try run("DELETE FROM spend_alert WHERE user_id = \(user) AND cents = \(cents)")
        }
        for cents in Set(alerts).subtracting(known) {
            try run(
                """
                INSERT INTO spend_alert (user_id, cents, told_month_s)
                VALUES (\(user), \(cents), \(cents <= spent ? month : nil))
                """)
        }
    }

    /// Takes the alerts up to `spent` as told in this month. The highest of those that were not, if any.
    package func tellSpendAlerts(to user: ID<User>, spent: Cents, month: Instant) throws -> Cents? {
        let open = try row(
            """
            SELECT MAX(cents) AS cents FROM spend_alert
             WHERE user_id = \(user) AND cents <= \(spent) AND (told_month_s IS NULL OR told_month_s < \(month))
            """)?.optionalInt("cents")
        guard let open else { return nil }
        try run(
            "UPDATE spend_alert SET told_month_s = \(month) WHERE user_id = \(user) AND cents <= \(spent)")
        return Cents(open)
    }

    /// After a top-up all may be told again. A wallet that is running down keeps what it was told, since how far the
    /// money reaches now shows by itself.
    package func rearmRunway(of user: ID<User>) throws {
        try run(
            """
            UPDATE runway_watch SET told_s = NULL
             WHERE user_id = \(user)
               AND (SELECT exhausts_at_s FROM wallet WHERE user_id = \(user)) IS NULL
            """)
    }

    package func setRunwayTold(_ told: Seconds?, to user: ID<User>, lookAt: Instant?) throws {
        try run(
            """
            INSERT INTO runway_watch (user_id, told_s, look_at_s) VALUES (\(user), \(told), \(lookAt))
            ON CONFLICT (user_id) DO UPDATE SET told_s = excluded.told_s, look_at_s = excluded.look_at_s
            """)
    }
}
