import Domain
import Storage

/// What time alone makes due.
extension Meter {
    /// Settles what is due: wallets at the end of their money, rentals at their auto-stop, and an hour of usage each.
    package func settleDue() throws {
        var round = try SettlementRound(of: self)
        while try round.step() {}
        try warnDue()
    }

    /// The same, leaving others most of the time: that an hour is posted a minute later costs nobody anything. What ends
    /// is not kept waiting.
    package func settleGently() async throws {
        var round = try SettlementRound(of: self)
        var start = ContinuousClock.now
        while try round.step() {
            try await Task.sleep(for: (ContinuousClock.now - start) * Self.restPerWork)
            start = .now
        }
        try warnDue()
    }

    private static let restPerWork = 1.5

    /// Tells what time alone brings wallets near to. Nothing is posted for it.
    private func warnDue() throws {
        var users = try context.database.read { try $0.runwaysDue(at: context.now(in: $0)) }[...]
        while !users.isEmpty {
            let goesOn = try oneTurn(of: &users) { user, transaction, _ in
                try context.schedule(user, in: transaction)
            }
            guard goesOn else { return }
        }
    }

    /// As many wallets as others gladly wait for share a transaction. One's trouble is not another's: it is undone, told,
    /// and tried again later.
    /// - Returns: false when there is no room, or no lock: the next round begins anew.
    /// - Throws: `LeaseRefusal`, which ends all.
    func oneTurn(
        of rest: inout ArraySlice<ID<User>>, _ body: (ID<User>, any Transaction, Instant) throws -> Void
    ) throws -> Bool {
        do {
            try settleSome(of: &rest, body)
            return true
        } catch let refusal as LeaseRefusal {
            throw refusal
        } catch {
            logger.critical("wallets not settled", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func settleSome(
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
