import Domain
import TestSupport
import Testing

/// 10,000 wallets, each with up to eight rentals.
@Test(arguments: 1...20 as ClosedRange<UInt64>)
func `the end of the money is the one found second by second`(batch: UInt64) {
    for seed in batch * 500..<(batch + 1) * 500 {
        var dice = Dice(seed: seed)
        let now: Int64 = 1_000_000
        let longest: Int64 = dice.chance(50) ? 600 : 5_000
        let rentals = (0..<UInt64(dice.roll(1...8))).map { dice.rental($0, settledAt: now, longest: longest) }
        let funds = dice.roll(0...90)
        let model = WalletModel(funds: .init(paid: funds), rentals: rentals.map(WalletModel.Rental.init))
        let searched = model.searchedEnds(until: now + 600)
        let expected = Dictionary(
            uniqueKeysWithValues: searched.map { (rentals[$0.key].id, Instant($0.value)) })
        let found = exhaustion(of: rentals, funds: Cents(funds), until: Instant(now + 600))
        let next = exhaustion(of: rentals, funds: Cents(funds)).values.min()
        guard found == expected, model.isDeadline(next?.secondsSince1970) else {
            Issue.record("wallet \(seed)")
            return
        }
    }
}

extension WalletModel.Rental {
    fileprivate init(_ rental: MeteredRental) {
        self.init(
            id: rental.id.text, cap: rental.rate.centsPerHour, autoStopAfter: nil,
            rate: rental.rate.centsPerHour, deadline: 0)
        start = rental.startedAt.secondsSince1970
        billed = rental.billed.count
        hold.paid = rental.hold.count
        end = rental.endsAt?.secondsSince1970
        seen = rental.confirmedAt.secondsSince1970
    }
}

@Test func `a rental alone ends at the last second it can pay`() {
    let rate = HourlyRate(centsPerHour: 360)!  // A cent in ten seconds, the first at the fifth.
    let rental = MeteredRental(
        id: ID(ULID(milliseconds: 1, random: (0, 1))), rate: rate, startedAt: Instant(1_000), billed: .zero,
        hold: Cents(360), endsAt: nil, confirmedAt: Instant(1_000))
    #expect(exhaustion(of: [rental], funds: .zero)[rental.id] == Instant(1_000 + 3_604))
    #expect(exhaustion(of: [rental], funds: Cents(1))[rental.id] == Instant(1_000 + 3_614))
    #expect(exhaustion(of: [rental], funds: .zero, until: Instant(1_000 + 3_603)).isEmpty)
}

@Test func `a rental that stops before its money does has no end by money`() {
    let rental = MeteredRental(
        id: ID(ULID(milliseconds: 1, random: (0, 1))), rate: HourlyRate(centsPerHour: 360)!,
        startedAt: Instant(1_000),
        billed: .zero, hold: Cents(360), endsAt: Instant(2_000), confirmedAt: Instant(1_000))
    #expect(exhaustion(of: [rental], funds: .zero).isEmpty)
}
