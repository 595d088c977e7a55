import Domain
import TestSupport
import Testing

@Test(arguments: 1...20 as ClosedRange<UInt64>)
func `billing time never goes back, whatever the clocks do`(seed: UInt64) {
    var dice = Dice(seed: seed)
    for history in 0..<500 {
        var (wall, boot, boots) = (dice.roll(1_000_000...9_000_000_000), dice.roll(0...1_000_000), 1)
        func reading() -> ClockReading {
            ClockReading(realtime: wall, boottime: boot, bootID: "boot-\(boots)")
        }
        var clock = BillingClock(startingAt: reading())
        var last = clock.milliseconds(at: reading())
        for _ in 0..<30 {
            let passed = dice.roll(0...100_000)
            boot += passed
            wall += passed + (dice.chance(30) ? dice.roll(-500...500) : 0)
            if dice.chance(10) { wall += dice.roll(-1_000_000_000...1_000_000_000) }
            if dice.chance(5) {  // A power cut takes what was read and never written.
                (boot, boots) = (dice.roll(0...5_000), boots + 1)
                last = clock.billing
            }
            let before = clock
            if dice.chance(50) { clock = clock.ticked(at: reading(), anythingRuns: dice.chance(50)).clock }
            let now = clock.milliseconds(at: reading())
            #expect(now >= last && clock.billing >= before.billing, "history \(history)")
            #expect(clock.bootID != before.bootID || clock.offset >= before.offset, "history \(history)")
            last = now
        }
    }
}

@Test func `within a boot a stepped wall clock moves no bill while something runs`() {
    let clock = BillingClock(startingAt: ClockReading(realtime: 1_000_000, boottime: 5_000, bootID: "a"))
    let stepped = clock.ticked(
        at: ClockReading(realtime: 9_000_000, boottime: 6_000, bootID: "a"), anythingRuns: true)
    #expect(stepped.clock.billing == 1_001_000)
    #expect(stepped.stepped)
}

@Test func `over a reboot the wall clock is believed for a quarter of an hour`() {
    let clock = BillingClock(startingAt: ClockReading(realtime: 1_000_000, boottime: 5_000, bootID: "a"))
    let booted = clock.ticked(
        at: ClockReading(realtime: 90_000_000, boottime: 10, bootID: "b"), anythingRuns: true)
    #expect(booted.clock.billing == 1_900_000)
    #expect(booted.stepped)
}
