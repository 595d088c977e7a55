import Domain
import Operations

/// One life of a wallet under two schedules of the meter: what it ends with must not depend on when anybody looked.
package enum CutLife {
    /// What is left of a life, to compare.
    package struct Outcome: Hashable, Sendable {
        package var charges: [Int64] = []  // Of each rental, in the order of their launch.
        package var lives: [Int64] = []  // Billed seconds of each.
        package var total: Int64 = 0
    }

    private enum Event {
        case topUp(Int64)
        case launch(HistoryBench.Product, autoStop: Int64?)
        case stop(Int)
    }

    /// - Throws: `Broken` when the two differ.
    package static func run(seed: UInt64, on bench: HistoryBench) async throws {
        let one = try await outcome(seed: seed, schedule: 1, on: bench)
        let other = try await outcome(seed: seed, schedule: 2, on: bench)
        guard one != other else { return }
        throw Broken(seed: seed, story: ["\(one)", "\(other)"], claim: "two schedules of ticks differ")
    }

    private static func outcome(seed: UInt64, schedule: UInt64, on bench: HistoryBench) async throws
        -> Outcome
    {
        var (life, ticks) = (Dice(seed: seed), Dice(seed: seed &* 2 &+ schedule))
        let user = try await bench.begin()
        var rentals: [ID<Rental>] = []
        for _ in 0..<life.roll(3...7) {
            try await happen(event(&life), to: user, &rentals, on: bench)
            let time = life.roll(1...life.pick([60, 900, 5_000])!)
            try await pass(time, &ticks, on: bench)
        }
        try await tick(bench)  // A stop of what was not seen for long is billed to when it was.
        for rental in rentals { _ = try? bench.context.stop(rental, by: user) }
        try await tick(bench)
        return try bench.context.database.read { books in
            let wallet = try books.walletState(of: user)
            let rows = try rentals.map { try books.rental($0)! }
            return Outcome(
                charges: rows.map { $0.rate.price(of: $0.billed).count }, lives: rows.map(\.billed.count),
                total: (wallet.available + wallet.reserved).count)
        }
    }

    private static func event(_ life: inout Dice) -> Event {
        switch life.roll(1...10) {
        case ...4: .topUp(life.roll(1...life.pick([60, 900, 9_000])!))
        case ...8:
            .launch(
                life.pick(HistoryBench.products)!, autoStop: life.chance(20) ? life.roll(1...5_000) : nil)
        default: .stop(Int(life.roll(0...2)))
        }
    }

    /// What people do; before and after it the meter has seen everything, so that only the times between differ.
    private static func happen(
        _ event: Event, to user: ID<User>, _ rentals: inout [ID<Rental>], on bench: HistoryBench
    ) async throws {
        try await tick(bench)
        switch event {
        case .topUp(let cents):
            _ = try bench.context.adjust(user, by: Cents(cents), note: "test", actor: "test")
        case .launch(let product, let autoStop):
            var request = LaunchRequest(familyID: product.family, gpuCount: product.gpuCount)
            request.autoStopAfter = autoStop.map { Seconds($0) }
            await bench.meter.refreshCatalog()
            do { rentals.append(try bench.context.launch(request, by: user).id) } catch is LaunchRefusal {}
        case .stop(let index):
            guard rentals.indices.contains(index) else { break }
            do { _ = try bench.context.stop(rentals[index], by: user) } catch is StopRefusal {}
        }
        try await tick(bench)
    }

    /// `time` seconds, with the meter's parts at random instants.
    private static func pass(_ time: Int64, _ ticks: inout Dice, on bench: HistoryBench) async throws {
        var left = time
        for _ in 0..<ticks.roll(0...4) {
            let part = ticks.roll(0...left)
            bench.clock.advance(by: Seconds(part))
            left -= part
            switch ticks.roll(1...4) {
            case 1: try bench.meter.settleDue()
            case 2: await bench.meter.watch()
            case 3: try await tick(bench)
            default: try bench.startMeter()
            }
        }
        bench.clock.advance(by: Seconds(left))
    }

    private static func tick(_ bench: HistoryBench) async throws {
        try bench.meter.report()
        await bench.meter.watch()
        try bench.meter.settleDue()
        _ = await bench.meter.carryOutDueEffects()
    }
}
