import Testing

@testable import Domain

@Suite struct `A limit` {
    private let idle = Spending(burnPerHour: .zero, spentThisMonth: .zero, reserved: .zero, pods: 0)
    private let busy = Spending(
        burnPerHour: Cents(560), spentThisMonth: Cents(1_000), reserved: Cents(300), pods: 2)

    private func refusal(
        _ own: SpendingLimits, _ operators: SpendingLimits = SpendingLimits(), on spending: Spending
    ) -> LimitBreach? {
        breach(
            of: own, and: operators, by: HourlyRate(centsPerHour: 280)!, holding: Cents(280), on: spending)
    }

    @Test func `that is not set refuses nothing`() {
        #expect(refusal(SpendingLimits(), on: busy) == nil)
    }

    @Test func `is reached without being passed`() {
        let limits = SpendingLimits(burnPerHour: Cents(840), spendPerMonth: Cents(1_580), pods: 3)
        #expect(refusal(limits, on: busy) == nil && refusal(SpendingLimits(), limits, on: busy) == nil)
    }

    @Test func `says what it is, who set it, what there is and what was asked for`() {
        #expect(
            refusal(SpendingLimits(pods: 2), on: busy)
                == LimitBreach(limit: .pods, setBy: .renter, maximum: 2, current: 2, requested: 1))
        #expect(
            refusal(SpendingLimits(burnPerHour: Cents(839)), on: busy)
                == LimitBreach(
                    limit: .burnPerHour, setBy: .renter, maximum: 839, current: 560, requested: 280))
        // What is reserved will be spent.
        #expect(
            refusal(SpendingLimits(), SpendingLimits(spendPerMonth: Cents(1_579)), on: busy)
                == LimitBreach(
                    limit: .spendPerMonth, setBy: .operator, maximum: 1_579, current: 1_300, requested: 280))
    }

    @Test func `that is lower counts, whoever set it`() {
        let (low, high) = (SpendingLimits(pods: 1), SpendingLimits(pods: 2))
        #expect(refusal(low, high, on: busy)?.setBy == .renter)
        #expect(refusal(high, low, on: busy)?.setBy == .operator)
        #expect(refusal(high, low, on: busy)?.maximum == 1)
    }

    @Test func `of nothing refuses everything`() {
        #expect(refusal(SpendingLimits(pods: 0), on: idle)?.limit == .pods)
        #expect(refusal(SpendingLimits(burnPerHour: .zero), on: idle)?.limit == .burnPerHour)
        #expect(refusal(SpendingLimits(spendPerMonth: .zero), on: idle)?.limit == .spendPerMonth)
    }

    @Test func `of the operator for one wallet takes the place of the usual one`() {
        let usual = SpendingLimits(burnPerHour: Cents(1), pods: 5)
        #expect(
            SpendingLimits(spendPerMonth: Cents(7), pods: 9).completed(by: usual)
                == SpendingLimits(burnPerHour: Cents(1), spendPerMonth: Cents(7), pods: 9))
    }
}

@Suite struct `A month` {
    @Test(arguments: [
        ("2026-06-07T08:14:22Z", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("2026-01-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
        ("2024-02-29T00:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
        ("2025-12-01T00:00:00Z", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    ])
    func `begins and ends where the calendar says`(moment: String, start: String, end: String) throws {
        let instant = try #require(Instant(iso8601: moment))
        #expect(instant.startOfMonth.iso8601 == start && instant.startOfNextMonth.iso8601 == end)
    }
}

@Suite struct `Runway warnings` {
    /// What is told at each runway in turn, beginning with nothing told.
    private func told(_ runways: Int64?...) -> [Int64?] {
        var told: Seconds?
        return runways.map { runway in
            let warning = RunwayWarning(exhaustsAt: runway.map { Instant($0) }, now: Instant(0), told: told)
            told = warning.told
            return warning.tell?.count
        }
    }

    @Test func `come once for each threshold on the way down`() {
        #expect(
            told(90_000, 86_401, 86_400, 80_000, 3_601, 3_600, 601, 600, 1, 0)
                == [nil, nil, 86_400, nil, nil, 3_600, nil, 600, nil, nil])
    }

    @Test func `come with the tightest alone when several are passed at once`() {
        #expect(told(90_000, 500, 400) == [nil, 600, nil])
    }

    @Test func `come again after the runway was longer`() {
        #expect(told(3_000, 5_000, 3_000, 90_000, 80_000) == [3_600, nil, 3_600, nil, 86_400])
    }

    @Test func `neither come nor are forgotten while money ends nothing`() {
        #expect(told(500, nil, 500, nil, 3_000) == [600, nil, nil, nil, nil])
    }

    @Test(
        arguments: [(90_000, 3_600), (86_400, 82_800), (3_601, 1), (3_600, 3_000), (601, 1)]
            as [(Int64, Int64)])
    func `are looked for when time alone brings the next one`(runway: Int64, lookAt: Int64) {
        let warning = RunwayWarning(exhaustsAt: Instant(runway), now: Instant(0), told: nil)
        #expect(warning.lookAt == Instant(lookAt))
    }

    @Test func `are not looked for below the last`() {
        #expect(RunwayWarning(exhaustsAt: Instant(600), now: Instant(0), told: nil).lookAt == nil)
        #expect(RunwayWarning(exhaustsAt: nil, now: Instant(0), told: nil).lookAt == nil)
    }
}
