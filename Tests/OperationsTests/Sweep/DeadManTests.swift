import Domain
import Operations
import Testing

@Suite struct `The dead-man figure` {
    @Test func `an outlet at rest risks nothing`() async throws {
        let o = try await Outlet { $0.backup.isOn = true }
        try await o.meter.tick()
        let figure = try o.context.deadManFigure()
        #expect(figure.pods == 0 && figure.burnPerHour == .zero && figure.unposted == .zero)
        #expect(figure.backupAge == .zero && figure.snapshotAge == .zero && figure.backupProblem == nil)
    }

    @Test func `it counts what runs, what it burns, and what is neither posted nor in a backup`() async throws
    {
        let o = try await Outlet(prices: [280, 290], wallet: 5_000) { $0.backup.isOn = true }
        try await o.meter.tick()
        let first = try await o.launched()
        o.provider.set { $0.answer = ["at-280": .noCapacity, "at-290": .lost] }
        _ = try o.launch { $0.maxPrice = HourlyRate(centsPerHour: 300) }
        _ = await o.meter.carryOutDueEffects()
        _ = await o.meter.carryOutDueEffects()
        try await o.run(for: 600)
        let figure = try o.context.deadManFigure()
        #expect(figure.pods == 2 && figure.burnPerHour == Cents(570))
        #expect(try #require(figure.backupAge) >= Seconds(600))
        let confirmed = try #require(try o.context.meter(of: first, user: o.user)?.seconds)
        #expect(confirmed >= Seconds(600) && figure.unposted >= confirmed)
        let names = try o.context.figures().map(\.name)
        for name in ["pods_at_providers", "burn_cents_per_hour", "unposted_seconds", "backup_age_seconds"] {
            #expect(names.contains("outlet_" + name))
        }
    }

    @Test func `without backups it says so`() async throws {
        let o = try await Outlet()
        #expect(try o.context.deadManFigure().backupAge == nil)
    }
}
