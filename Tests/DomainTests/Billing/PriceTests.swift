import Domain
import TestSupport
import Testing

private let h100 = HourlyRate(centsPerHour: 280)!

@Test(arguments: [(0, 0), (6, 0), (7, 1), (3_600, 280), (4_827, 375)] as [(Int64, Int64)])
func `a meter charges whole cents, half up`(seconds: Int64, cents: Int64) {
    #expect(h100.price(of: Seconds(seconds)) == Cents(cents))
}

@Test func `an hour reserved is a whole hour at every rate`() {
    let wrong = (1...10_000 as ClosedRange<Int64>).filter {
        HourlyRate(centsPerHour: $0)!.price(of: .hour) != Cents($0)
    }
    #expect(wrong.isEmpty)
}

/// 25 rates, from the smallest to the largest, and some that make many ties.
private let rates: [Int64] = [
    1, 2, 3, 7, 10, 36, 44, 65, 72, 99, 100, 189, 225, 280, 333, 360, 499, 749, 1_234, 1_800, 2_240, 3_601,
    9_999,
    36_000, 1_000_000,
]

@Test(arguments: rates)
func `a price of any second of a day is within half a cent of the exact one and never falls`(rate: Int64) {
    let price = HourlyRate(centsPerHour: rate)!
    var last: Int64 = 0
    for second in 0...86_400 as ClosedRange<Int64> {
        let cents = price.price(of: Seconds(second)).count
        let error = 2 * (cents * 3_600 - second * rate)
        guard error > -3_600 && error <= 3_600 && cents >= last else {
            Issue.record("\(cents) cents for second \(second)")
            return
        }
        last = cents
    }
}

@Test(arguments: 1...20 as ClosedRange<UInt64>)
func `any two schedules of ticks over one life bill the same, to the cent`(batch: UInt64) {
    for seed in batch * 10_000..<(batch + 1) * 10_000 {
        var dice = Dice(seed: seed)
        let rate = HourlyRate(centsPerHour: dice.roll(1...10_000))!
        let life = dice.roll(1...20_000)
        let (one, other) = (billed(life, at: rate, &dice), billed(life, at: rate, &dice))
        guard one == other, one == rate.price(of: Seconds(life)) else {
            Issue.record("life \(seed): \(one.count) and \(other.count) cents")
            return
        }
    }
}

/// The sum of what is posted at random instants of a life, the last of them its end.
private func billed(_ life: Int64, at rate: HourlyRate, _ dice: inout Dice) -> Cents {
    var (posted, elapsed, longest) = (Cents.zero, Int64(0), dice.roll(1...5_000))
    while elapsed < life {
        let next = min(elapsed + dice.roll(0...longest), life)
        posted += rate.price(of: Seconds(next)) - rate.price(of: Seconds(elapsed))
        if next == elapsed { longest += 1 }
        elapsed = next
    }
    return posted
}
