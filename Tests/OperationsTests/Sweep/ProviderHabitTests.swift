import Domain
import Foundation
import Operations
import TestSupport
import Testing

@Suite struct `A provider with a bad habit` {
    /// How many histories for each habit; `scripts/soak providers` asks for 50.
    private static let seeds: Int =
        ProcessInfo.processInfo.environment["OUTLET_SOAK_PROVIDER_SEEDS"].flatMap { Int($0) } ?? 1

    @Test(arguments: FaultyProvider.Habit.allCases)
    func `leaves no orphan and no wrong bill, once it is cured`(habit: FaultyProvider.Habit) async throws {
        for seed in 1...UInt64(Self.seeds) {
            do { try await live(with: habit, seed: seed) } catch {
                throw TestFault("\(habit), seed \(seed): \(error)")
            }
        }
    }

    private func live(with habit: FaultyProvider.Habit, seed: UInt64) async throws {
        let outlet = try await Outlet(wallet: 5_000)
        let provider = FaultyProvider(habit, seed: seed, clock: outlet.store.clock)
        try outlet.startMeter(provider: provider)
        try await outlet.meter.tick()
        var (dice, rentals): (Dice, [ID<Rental>]) = (Dice(seed: seed &+ 99), [])
        for _ in 0..<20 {
            switch dice.roll(1...10) {
            case ...4:
                do {
                    rentals.append(
                        try outlet.launch { $0.maxPrice = HourlyRate(centsPerHour: 300) })
                } catch is LaunchRefusal {}
            case ...6:
                guard let rental = dice.pick(rentals) else { continue }
                do { _ = try outlet.context.stop(rental, by: outlet.user) } catch is StopRefusal {}
            default: break
            }
            try await outlet.meter.tick()
            outlet.pass(dice.roll(1...200))
        }
        try await end(outlet, provider, rentals)
    }

    /// Cured, and everything stopped: some sweeps later nothing is left anywhere.
    private func end(_ outlet: Outlet, _ provider: FaultyProvider, _ rentals: [ID<Rental>]) async throws {
        provider.cure()
        for rental in rentals {
            do { _ = try outlet.context.stop(rental, by: outlet.user) } catch is StopRefusal {}
        }
        for _ in 0..<40 {
            try await outlet.meter.tick()
            outlet.pass(61)
        }
        guard provider.orphans.isEmpty else { throw TestFault("orphans: \(provider.orphans)") }
        for rental in rentals {
            let view = try outlet.rental(rental)
            guard [.stopped, .failed].contains(view.status) else { throw TestFault("not over: \(view)") }
        }
        let report = try outlet.context.verify()
        guard report.isSound else { throw TestFault("\(report.faults)") }
        let charged = try rentals.map { try outlet.rental($0).totalCharged }.sum()
        let balance = try outlet.balance()
        guard balance.reserved == .zero, balance.total == Cents(5_000) - charged else {
            throw TestFault("charged \(charged), left \(balance)")
        }
    }
}
