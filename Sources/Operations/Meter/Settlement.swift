import Domain
import Storage

/// What time alone makes due.
extension Meter {
    /// Settles what is due: wallets at the end of their money, rentals at their auto-stop, and an hour of usage each.
    /// A last second that is paid for is over before anything ends: the nearest second would be up to half of one early.
    package func settleDue() throws {
        let users = try context.database.read { session in
            let now = Instant(reachedAtMilliseconds: try context.nowMilliseconds(in: session))
            return try session.rows(
                """
                SELECT user_id FROM wallet WHERE exhausts_at_s <= \(now)
                UNION SELECT user_id FROM rental WHERE auto_stop_at_s <= \(now) AND ends_at_s IS NULL
                UNION SELECT user_id FROM rental
                       WHERE state = 'running' AND confirmed_at_s >= running_at_s + billed_s + 3600
                UNION SELECT user_id FROM rental
                       WHERE state = 'stopping' AND closed_at_s IS NULL AND confirmed_at_s >= ends_at_s
                """
            ).map { row -> ID<User> in row.id("user_id") }
        }
        try eachAlone(users) { user, transaction, now in try context.settle(user, at: now, in: transaction) }
        if !users.isEmpty { context.environment.ringBell() }
        try warnDue()
    }

    /// Tells what time alone brings wallets near to. Nothing is posted for it.
    private func warnDue() throws {
        let users = try context.database.read { try $0.runwaysDue(at: context.now(in: $0)) }
        try eachAlone(users) { user, transaction, _ in try context.schedule(user, in: transaction) }
    }

    /// One wallet's trouble is not another's: it is undone, told, and tried again with the next round. A lost lease
    /// ends all. Many wallets share a transaction, since a commit for each would take longer than all the rest.
    private func eachAlone(_ users: [ID<User>], _ body: (ID<User>, any Transaction, Instant) throws -> Void)
        throws
    {
        var rest = users[...]
        while !rest.isEmpty {
            do {
                try oneTurn(of: &rest, body)
            } catch let refusal as LeaseRefusal {
                throw refusal
            } catch {
                // No room, or no lock: the next round begins anew.
                return logger.critical("wallets not settled", metadata: ["error": "\(error)"])
            }
        }
    }

    /// As many as others gladly wait for.
    private func oneTurn(
        of rest: inout ArraySlice<ID<User>>, _ body: (ID<User>, any Transaction, Instant) throws -> Void
    ) throws {
        try context.database.joined { database, transaction in
            try lease.check(in: transaction)
            let now = try context.stamp(in: transaction)
            let turn = Turn(of: context.database)
            repeat {
                let user = rest.removeFirst()
                do {
                    try database.write { try body(user, $0, now) }
                } catch let whole where whole is DiskFull || whole is StorageFault {
                    throw whole  // SQLite may have undone the whole transaction.
                } catch {
                    logger.critical(
                        "wallet not settled", metadata: ["user": "\(user)", "error": "\(error)"])
                }
            } while !rest.isEmpty && !turn.isOver
        }
    }

    /// How long nothing will be due, at most a second: until then the settle loop sleeps.
    func timeToNextDeadline() -> Duration {
        let next: Int64? = try? context.database.read { session in
            let row = try session.row(
                """
                SELECT MIN(at_s) AS at_s FROM (
                    SELECT MIN(exhausts_at_s) AS at_s FROM wallet
                    UNION ALL SELECT MIN(auto_stop_at_s) FROM rental
                               WHERE auto_stop_at_s IS NOT NULL AND ends_at_s IS NULL) AS deadline
                """)
            return try row?.optionalInt("at_s").map {
                try $0 * 1_000 - context.nowMilliseconds(in: session)
            }
        }
        return .milliseconds(min(max(next ?? 1_000, 20), 1_000))
    }
}
