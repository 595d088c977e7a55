import Domain
import Operations
import TestSupport

/// A whole outlet in one process: renters, meter, provider and time, one act after the other, from a seed.
package struct Life {
    private let bench: Bench
    private let meter: Meter
    private var renters: Renters
    private var dice: Dice

    package init(of bench: Bench, seed: UInt64) throws {
        self.bench = bench
        let context = try bench.open()
        meter = try bench.meter(in: context, moods: seed &+ 1)
        renters = try Renters(of: bench, in: try bench.open(), seed: seed &+ 2)
        dice = Dice(seed: seed)
    }

    package mutating func act() async throws {
        switch dice.roll(1...100) {
        case ...50: try renters.act()
        case ...60: bench.clock.advance(by: Seconds(dice.roll(1...90)))
        case ...80: try await meter.tick()
        case ...84:
            if let label = dice.pick(bench.provider.pods.sorted()) { bench.provider.end(label) }
        case ...90:
            await meter.watch()
            try meter.settleDue()
        case ...94: _ = await meter.carryOutDueEffects()
        case ...97: await meter.sweep()
        default: try meter.tidy()
        }
    }
}
