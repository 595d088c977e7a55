import Domain
@testable import Operations
import Providers
import Storage
import TestSupport

/// A random life of an outlet: what renters, providers, clocks and crashes do, a step at a time, in any order.
/// Orders and watches go one by one, so that a seed always tells the same story.
final class History {
    let outlet: Outlet
    private let seed: UInt64
    private let renter: Context  // A connection of its own, as outlet-api has.
    private var dice: Dice
    private var story: [String] = []
    var ledger = Expected(paidIn: Cents(2_000))

    /// What the books must agree with, kept apart from them.
    struct Expected {
        var paidIn: Cents
        var rentals: [ID<Rental>] = []
        var finalCharges: [ID<Rental>: Cents] = [:]  // As the answer to a stop has them.
        var lostAt: [ID<Rental>: Instant] = [:]  // Since when there is certainly no pod.
    }

    static let prices: [Int64] = [65, 280, 333, 1_999]

    init(seed: UInt64) async throws {
        self.seed = seed
        dice = Dice(seed: seed)
        outlet = try await Outlet(prices: Self.prices, wallet: 2_000)
        renter = try outlet.store.anotherContext()
    }

    /// - Throws: `Broken` at the first thing that does not hold.
    func run(steps: Int) async throws {
        do {
            for _ in 0..<steps {
                try await takeStep()
                if try isFenced() { try startAnotherMeter() }
                try checkNow()
            }
            try await end()
        } catch let broken as Broken {
            throw broken
        } catch {
            throw Broken(seed: seed, story: story, claim: "an error nobody expects: \(error)")
        }
    }

    func hold(_ condition: Bool, _ claim: @autoclosure () throws -> String) throws {
        guard condition else { throw try Broken(seed: seed, story: story, claim: claim()) }
    }

    private func takeStep() async throws {
        switch dice.roll(1...100) {
        case ...14: try launch()
        case ...20: try stop()
        case ...25: try adjust()
        case ...42: pass()
        case ...70: try await work()
        case ...76: getReady()
        case ...81: try losePod()
        case ...86: changeLight()
        case ...92: changeAnswers()
        case ...96: interruptCall()
        default: try crash()
        }
    }

    private func tell(_ event: String) { story.append(event) }
}

// What renters and the operator do.
extension History {
    private func launch() throws {
        if dice.chance(80) { try outlet.meter.report() }
        var request = LaunchRequest(familyID: "h100-80gb", gpuCount: 1)
        if dice.chance(60) {
            request.maxPrice = HourlyRate(centsPerHour: dice.pick(Self.prices)! + dice.roll(0...99))!
        }
        if dice.chance(30) { request.autoStopAfter = Seconds(dice.roll(1...9_000)) }
        do {
            let view = try renter.launch(request, by: outlet.user)
            ledger.rentals.append(view.id)
            tell("launch \(ledger.rentals.count)")
        } catch is LaunchRefusal {}
    }

    private func stop() throws {
        guard let id = dice.pick(ledger.rentals) else { return }
        do {
            let isOperator = dice.chance(20)
            let view = isOperator ? try renter.stopByOperator(id) : try renter.stop(id, by: outlet.user)
            ledger.finalCharges[id] = view.finalCharged
            tell("stop \(number(id)): \(view.finalCharged.count)")
        } catch is StopRefusal {}
    }

    private func adjust() throws {
        let change = Cents(dice.chance(60) ? dice.roll(1...900) : -dice.roll(1...2_000))
        do {
            _ = try renter.adjust(outlet.user, by: change, note: "test", actor: "test")
            ledger.paidIn += change
            tell("adjust \(change.count)")
        } catch is AdjustmentRefusal {}
    }

    private func pass() {
        let time =
            dice.chance(60) ? dice.roll(1...40) : dice.chance(60) ? dice.roll(1...900) : dice.roll(1...7_200)
        outlet.pass(time)
        tell("\(time) s")
        guard dice.chance(10) else { return }
        let step = dice.roll(-4_000...4_000)
        outlet.store.clock.stepWallClock(by: Seconds(step))
        tell("wall clock \(step)")
    }

    func number(_ rental: ID<Rental>) -> Int { (ledger.rentals.firstIndex(of: rental) ?? -1) + 1 }
}

// What the meter does: parts of a round, in any order.
extension History {
    private func work() async throws {
        for _ in 0..<dice.roll(1...4) {
            if try isFenced() { return }
            do { try await workOnce() } catch is LeaseRefusal { return }
        }
    }

    private func workOnce() async throws {
        let meter = outlet.meter!
        switch dice.roll(1...100) {
        case ...30:
            tell("watch")
            let live = try outlet.context.database.read {
                try $0.liveRentals(.provisioning) + $0.liveRentals(.running)
            }
            for rental in live.shuffled(using: &dice) where dice.chance(90) { await meter.watch([rental]) }
        case ...65:
            tell("effects")
            for effect in meter.claimDueEffects().shuffled(using: &dice) { await meter.carryOut(effect) }
        case ...78:
            tell("settle")
            try meter.settleDue()
        case ...86:
            tell("report")
            try meter.report()
        case ...92: await meter.refreshCatalog()
        case ...97:
            tell("sweep")
            await meter.sweep()
        default: try meter.tidy()
        }
    }

    private func crash() throws {
        tell("crash")
        try startAnotherMeter()
    }

    private func startAnotherMeter() throws {
        try outlet.startMeter()
        try outlet.meter.report()
    }

    /// Whether somebody took the lease: what the meter does from then on must leave no trace, as after a crash.
    private func isFenced() throws -> Bool {
        let epoch = try outlet.context.database.read {
            try $0.row("SELECT epoch FROM lease WHERE name = 'meter'")!.int("epoch")
        }
        return epoch != outlet.meter.lease.epoch
    }
}

// What the provider does.
extension History {
    private func getReady() {
        let state = outlet.provider.now
        let waiting = state.pods.filter { $0.value == .pending }.map(\.key) + state.notMade
        guard let label = dice.pick(waiting.sorted()) else { return }
        outlet.provider.makeReady(label)
        outlet.provider.set { $0.notMade.removeAll { $0 == label } }
        tell("ready \(label.suffix(4))")
    }

    private func losePod() throws {
        guard let label = dice.pick(outlet.provider.now.pods.keys.sorted()) else { return }
        let isFailure = dice.chance(30)
        outlet.provider.set { $0.pods[label] = isFailure ? .failed(reason: "smoke") : nil }
        let now = try outlet.balance().updatedAt
        for id in ledger.rentals where label.hasPrefix(outlet.label(id).dropLast()) {
            ledger.lostAt[id] = ledger.lostAt[id] ?? now
            tell("lose \(number(id))")
        }
    }

    private func changeLight() {
        let isDark = dice.chance(40)
        outlet.provider.set { $0.isDark = isDark }
        tell(isDark ? "dark" : "light")
    }

    private func changeAnswers() {
        let answers: [FakeProvider.Answer] = [.created, .created, .noCapacity, .lost, .lostAndNotMade]
        let chosen = Dictionary(
            uniqueKeysWithValues: Self.prices.map { ("at-\($0)", dice.pick(answers)!) })
        let (slow, startsPending) = (Int(dice.roll(0...3)), dice.chance(40))
        outlet.provider.set {
            $0.answer = chosen
            $0.slowTerminations = slow
            $0.startsPending = startsPending
        }
        tell(
            "answers \(Self.prices.map { "\(chosen["at-\($0)"]!)" }), slow \(slow), pending \(startsPending)")
    }

    /// While the meter waits for the provider, it loses its lease, or the renter stops something.
    private func interruptCall() {
        let calls = dice.roll(0...3)
        let (renter, user) = (renter, outlet.user)
        if dice.chance(60) {
            tell("crash in call \(calls)")
            outlet.provider.set {
                $0.interruption = .init(calls: calls) {
                    _ = try? renter.database.write {
                        try $0.run("UPDATE lease SET epoch = epoch + 1 WHERE name = 'meter'")
                    }
                }
            }
        } else if let id = dice.pick(ledger.rentals) {
            tell("stop \(number(id)) in call \(calls)")
            outlet.provider.set {
                $0.interruption = .init(calls: calls) { _ = try? renter.stop(id, by: user) }
            }
        }
    }
}
