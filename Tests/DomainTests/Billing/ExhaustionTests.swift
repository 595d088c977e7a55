import Domain
import TestSupport
import Testing

/// The rule as it is written, a second at a time: all who ask are paid, or all who ask end at the second before.
private func searched(_ rentals: [MeteredRental], funds: Cents, from: Int64, to: Int64) -> [ID<Rental>:
    Instant]
{
    var rentals = rentals
    var ends: [ID<Rental>: Instant] = [:]
    for second in from...to {
        let instant = Instant(second)
        while rentals.map({ $0.draw(at: instant + Seconds(1)) }).sum() > funds {
            for index in rentals.indices
            where rentals[index].draw(at: instant + Seconds(1)) > rentals[index].draw(at: instant) {
                ends[rentals[index].id] = instant
                rentals[index].endsAt = instant
            }
        }
    }
    return ends
}

@Test(arguments: 1...40 as ClosedRange<UInt64>)
func `the end of the money is the one found second by second`(seed: UInt64) {
    var dice = Dice(seed: seed)
    for wallet in 0..<100 {
        let now: Int64 = 1_000_000
        let longest: Int64 = dice.chance(50) ? 600 : 5_000
        let rentals = (0..<UInt64(dice.roll(1...4))).map { dice.rental($0, settledAt: now, longest: longest) }
        let funds = Cents(dice.roll(0...60))
        let horizon = now + 600
        let found = exhaustion(of: rentals, funds: funds, until: Instant(horizon))
        #expect(found == searched(rentals, funds: funds, from: now - 1, to: horizon), "wallet \(wallet)")
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
