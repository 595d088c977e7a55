import Domain
import Operations
import Testing

@Suite(.serialized) struct `Limits of a wallet` {
    private func refusal(_ body: () throws -> Void) -> LimitBreach? {
        do { try body() } catch LaunchRefusal.limitExceeded(let breach) { return breach } catch {
            Issue.record("\(error)")
        }
        return nil
    }

    private func limit(_ o: Outlet, _ limits: SpendingLimits) throws {
        _ = try o.context.setLimits(limits, alerts: [], of: o.user)
    }

    @Test func `count what is being made, and let go when it stops`() async throws {
        let o = try await Outlet(wallet: 5_000)
        try limit(o, SpendingLimits(pods: 1))
        let first = try o.launch()
        #expect(refusal { _ = try o.launch() }?.limit == .pods)
        _ = try o.context.stop(first, by: o.user)
        _ = try o.launch()
        try o.verify()
    }

    @Test func `of the burn keep failing over below them, too`() async throws {
        let o = try await Outlet(prices: [280, 300, 400], wallet: 5_000)
        try limit(o, SpendingLimits(burnPerHour: Cents(650)))
        let first = try o.launch { $0.maxPrice = HourlyRate(centsPerHour: 500) }
        #expect(try o.context.limits(of: o.user).spending.burnPerHour == Cents(400))
        #expect(refusal { _ = try o.launch() }?.current == 400)
        _ = try o.context.stop(first, by: o.user)
        _ = try o.launch { $0.maxPrice = HourlyRate(centsPerHour: 300) }
        _ = try o.launch { $0.maxPrice = HourlyRate(centsPerHour: 400) }  // 280 fits, 400 would not.
        #expect(try o.context.limits(of: o.user).spending.burnPerHour == Cents(600))
    }

    @Test func `of a month refuse launches, end nothing that runs, and begin anew with the month`()
        async throws
    {
        let o = try await Outlet(wallet: 300_000)  // It is 2026-06-01.
        try limit(o, SpendingLimits(spendPerMonth: Cents(1_000)))
        let rental = try await o.launched()
        try await o.tick(for: 4 * 3_600)
        #expect(try o.context.limits(of: o.user).spending.spentThisMonth == Cents(1_120))
        #expect(refusal { _ = try o.launch() }?.limit == .spendPerMonth)
        #expect(try o.rental(rental).status == .running)
        _ = try o.context.stop(rental, by: o.user)
        #expect(refusal { _ = try o.launch() }?.current == 1_120)
        o.pass(30 * 86_400)
        try await o.meter.tick()
        _ = try o.launch()
        #expect(try o.context.limits(of: o.user).spending.spentThisMonth == .zero)
        try o.verify()
    }

    @Test func `of the operator hold over the renter's own`() async throws {
        let o = try await Outlet(wallet: 5_000)
        _ = try o.context.setOperatorLimits(SpendingLimits(pods: 2), of: o.user)
        #expect(throws: LimitsRefusal.aboveOperator(.pods, maximum: 2)) {
            try limit(o, SpendingLimits(pods: 3))
        }
        try limit(o, SpendingLimits(pods: 2))
        _ = try o.context.setOperatorLimits(SpendingLimits(pods: 0), of: o.user)  // Lowered afterwards.
        #expect(refusal { _ = try o.launch() }?.setBy == .operator)
        _ = try o.context.setOperatorLimits(SpendingLimits(), of: o.user)
        _ = try o.launch()
    }

    @Test func `are shown by a preview, which is not refused`() async throws {
        let o = try await Outlet()
        try limit(o, SpendingLimits(pods: 0))
        let preview = try o.context.preview(LaunchRequest(familyID: "h100-80gb", gpuCount: 1), by: o.user)
        #expect(preview.breach?.limit == .pods)
        try limit(o, SpendingLimits())
        #expect(
            try o.context.preview(LaunchRequest(familyID: "h100-80gb", gpuCount: 1), by: o.user).breach == nil
        )
    }
}
