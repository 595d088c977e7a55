import Domain
import TestSupport
import Testing

/// The clocks of a machine that is stepped, slewed, suspended and rebooted, and what the outlet makes of them.
private struct ClockHistory {
    var dice: Dice
    var (wall, boot, boots): (Int64, Int64, Int)
    var clock: BillingClock
    var last: Int64
    var moved: Int64 = 0  // The wall clock against the boot clock, since the last tick.

    init(seed: UInt64) {
        dice = Dice(seed: seed)
        (wall, boot, boots) = (dice.roll(1_000_000...9_000_000_000), dice.roll(0...1_000_000), 1)
        clock = BillingClock(startingAt: ClockReading(realtime: wall, boottime: boot, bootID: "boot-1"))
        last = clock.billing
    }

    var reading: ClockReading { ClockReading(realtime: wall, boottime: boot, bootID: "boot-\(boots)") }

    mutating func pass() {
        let passed = dice.roll(0...100_000)
        let change =
            (dice.chance(30) ? dice.roll(-500...500) : 0)
            + (dice.chance(10) ? dice.roll(-1_000_000_000...1_000_000_000) : 0)
        boot += passed
        wall += passed + change
        moved += change
        guard dice.chance(5) else { return }
        (boot, boots) = (dice.roll(0...5_000), boots + 1)
        last = clock.billing  // A power cut takes what was read and never written.
    }

    /// What does not hold after one more step.
    mutating func step() -> String? {
        pass()
        let before = clock
        if dice.chance(30) { clock = clock.read(at: reading) }
        if dice.chance(50), let claim = tick() { return claim }
        let now = clock.milliseconds(at: reading)
        defer { last = now }
        if now < last || clock.billing < before.billing { return "billing time went back" }
        let isSameBoot = clock.bootID == before.bootID
        return isSameBoot && clock.offset < before.offset ? "the offset went back within a boot" : nil
    }

    private mutating func tick() -> String? {
        let (before, runs) = (clock, dice.chance(50))
        let now = before.milliseconds(at: reading)
        let stepped: Int64?
        (clock, stepped) = before.ticked(at: reading, anythingRuns: runs)
        defer { moved = 0 }
        guard before.bootID == reading.bootID else {
            let gained = clock.billing - before.billing
            return (0...900_000).contains(gained) ? nil : "a boot was believed for \(gained) ms"
        }
        if stepped != (abs(moved) > 2_000 ? moved : nil) { return "moved \(moved), told \(stepped ?? 0)" }
        if runs, clock.billing != now { return "a step of the wall clock moved a bill" }
        return nil
    }
}

@Test(arguments: 1...20 as ClosedRange<UInt64>)
func `billing time never goes back, whatever the clocks do, and each step is told once`(batch: UInt64) {
    for seed in batch * 500..<(batch + 1) * 500 {
        var history = ClockHistory(seed: seed)
        for step in 0..<30 {
            guard let claim = history.step() else { continue }
            Issue.record("history \(seed), step \(step): \(claim)")
            return
        }
    }
}

@Test func `within a boot a stepped wall clock moves no bill while something runs, and is told once`() {
    let clock = BillingClock(startingAt: ClockReading(realtime: 1_000_000, boottime: 5_000, bootID: "a"))
    let stepped = clock.ticked(
        at: ClockReading(realtime: 9_000_000, boottime: 6_000, bootID: "a"), anythingRuns: true)
    #expect(stepped.clock.billing == 1_001_000)
    #expect(stepped.stepped == 7_999_000)
    let later = ClockReading(realtime: 9_001_000, boottime: 7_000, bootID: "a")
    #expect(stepped.clock.read(at: later).ticked(at: later, anythingRuns: true).stepped == nil)
}

@Test func `over a reboot the wall clock is believed for a quarter of an hour`() {
    let clock = BillingClock(startingAt: ClockReading(realtime: 1_000_000, boottime: 5_000, bootID: "a"))
    let booted = clock.ticked(
        at: ClockReading(realtime: 90_000_000, boottime: 10, bootID: "b"), anythingRuns: true)
    #expect(booted.clock.billing == 1_900_000)
    #expect(booted.stepped == 88_100_000)
}
