import Domain

/// Chance that can be replayed: SplitMix64 from a seed, so a failure names its history.
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func roll(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }
    mutating func chance(_ percent: Int64) -> Bool { roll(1...100) <= percent }
}

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
