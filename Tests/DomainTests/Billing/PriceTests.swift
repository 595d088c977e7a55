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

@Test(arguments: [1, 44, 65, 280, 9_999, 1_000_000] as [Int64])
func `a price is within half a cent of the exact one and never falls with time`(rate: Int64) {
    let price = HourlyRate(centsPerHour: rate)!
    var last = Cents.zero
    for second in 0...20_000 as ClosedRange<Int64> {
        let cents = price.price(of: Seconds(second))
        let error = 2 * (cents.count * 3_600 - second * rate)
        #expect(error > -3_600 && error <= 3_600 && cents >= last, "second \(second)")
        last = cents
    }
}

@Test(arguments: 1...200 as ClosedRange<UInt64>)
func `cutting time differently changes no total`(seed: UInt64) {
    var dice = Dice(seed: seed)
    let rate = HourlyRate(centsPerHour: dice.roll(1...10_000))!
    var billed = Seconds.zero
    var posted = Cents.zero
    for _ in 0..<50 {
        let next = billed + Seconds(dice.roll(0...400))
        posted += rate.price(of: next) - rate.price(of: billed)
        billed = next
    }
    #expect(posted == rate.price(of: billed))
}
