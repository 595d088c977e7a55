import Domain
import TestSupport

extension Dice {
    /// Up to four rentals, posted up to one common instant as a settled wallet has them.
    mutating func rental(_ number: UInt64, settledAt: Int64, longest: Int64) -> MeteredRental {
        let rate = HourlyRate(centsPerHour: roll(1...4_000))!
        let started = Instant(settledAt - roll(0...longest))
        let billed = Seconds(settledAt - started.secondsSince1970)
        let ends = chance(30) ? Instant(settledAt + roll(0...longest)) : nil
        return MeteredRental(
            id: ID(ULID(milliseconds: 1, random: (0, number))), rate: rate, startedAt: started,
            billed: billed,
            hold: max(rate.price(of: .hour) - rate.price(of: billed), .zero), endsAt: ends,
            confirmedAt: Instant(settledAt + roll(0...longest)))
    }
}
