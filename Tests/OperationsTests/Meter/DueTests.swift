import Domain
import Storage
import TestSupport
import Testing

@testable import Operations

@Suite struct `What is due` {
    @Test func `a wallet that cannot be settled is undone alone, and the others of its turn are settled`()
        async throws
    {
        let o = try await Outlet(wallet: 100_000)
        let rentals = [
            try await o.launched(), try await o.launched(as: "eve@example.org"), try await o.launched(),
        ]
        let broken = try o.owner(of: rentals[1])
        let thief = try Thief(path: o.context.settings.databasePath, keepsRules: true)
        try thief.run(
            """
            CREATE TRIGGER trouble BEFORE INSERT ON usage
            WHEN (SELECT user_id FROM rental WHERE id = NEW.rental_id) = '\(broken)'
            BEGIN SELECT RAISE(ABORT, 'trouble'); END
            """)
        try await o.run(for: 3_700)
        #expect(try rentals.map { try o.billed($0) > .zero } == [true, false, true])
        try thief.run("DROP TRIGGER trouble")
        try o.meter.settleDue()
        #expect(try o.billed(rentals[1]) >= .hour, "it was tried again")
        try o.verify()
    }

    @Test func `what ends while hours are posted does not wait behind them`() async throws {
        let o = try await Outlet(wallet: 100_000)
        let long = try await o.launched()
        let ends = try await o.launched { $0.autoStopAfter = Seconds(3_650) }
        try await o.run(for: 3_590)
        o.pass(15)
        await o.meter.watch()
        var round = try SettlementRound(of: o.meter)
        #expect(try o.billed(long) == .zero)
        o.pass(60)
        #expect(try round.step())
        #expect(try o.rental(ends).status == .stopping, "it was not due when the round began")
        #expect(try o.billed(long) >= .hour)
        #expect(try !round.step())
        try o.verify()
    }

    @Test(.timeLimit(.minutes(1)))
    func `an end that cannot be written is tried once in a second, and ends the round`() async throws {
        let o = try await Outlet()
        let rental = try await o.launched { $0.autoStopAfter = Seconds(60) }
        let thief = try Thief(path: o.context.settings.databasePath, keepsRules: true)
        try thief.run(
            """
            CREATE TRIGGER trouble BEFORE UPDATE ON rental WHEN NEW.state = 'stopping'
            BEGIN SELECT RAISE(ABORT, 'trouble'); END
            """)
        o.pass(70)
        try o.meter.settleDue()
        #expect(try o.rental(rental).status == .running)
        try thief.run("DROP TRIGGER trouble")
        try o.meter.settleDue()
        #expect(try o.rental(rental).status == .stopping)
        try o.verify()
    }

    /// Whatever runs: only an index of what is due may be walked through.
    @Test func `finding what is due walks through no table`() async throws {
        let o = try await Outlet()
        _ = try await o.launched()
        let plan = try o.context.database.read { session in
            try [SettlementRound.endsDue(at: Instant(0)), SettlementRound.hoursDue].flatMap {
                try session.rows("EXPLAIN QUERY PLAN \($0)")
            }
        }
        let steps = plan.map { $0.text("detail") }.filter { $0.hasPrefix("SCAN") || $0.hasPrefix("SEARCH") }
        #expect(steps.count == 4 && steps.allSatisfy { $0.contains("INDEX") }, "\(steps)")
        #expect(
            steps.contains { $0.contains("rental_hour_due") } && steps.contains { $0.contains("auto_stop") })
    }
}

extension Outlet {
    fileprivate func launched(as email: String) async throws -> ID<Rental> {
        let other = try context.addUser(email: email).id
        try context.database.write { books in
            _ = try books.run(
                """
                INSERT INTO ssh_key (id, user_id, name, algorithm, fingerprint, line, created_at_s)
                SELECT \(ID<SSHKey>(store.world.newULID())), \(other), name, algorithm, fingerprint, line, created_at_s
                  FROM ssh_key WHERE user_id = \(user)
                """)
        }
        _ = try context.adjust(other, by: Cents(10_000), note: "test", actor: "test")
        let id = try context.launch(LaunchRequest(familyID: "h100-80gb", gpuCount: 1), by: other).id
        try await meter.tick()
        return id
    }

    fileprivate func owner(of rental: ID<Rental>) throws -> String {
        try context.database.read { try $0.rental(rental)!.user.text }
    }

    fileprivate func billed(_ rental: ID<Rental>) throws -> Seconds {
        try context.database.read { try $0.rental(rental)!.billed }
    }
}
