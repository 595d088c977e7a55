import Domain
import Operations
import Providers
import Storage

/// A random life of one wallet, told to the outlet and to the model alike; after each step they must agree.
/// The same seed always tells the same story.
package final class WalletHistory {
    let bench: HistoryBench
    let user: ID<User>
    let seed: UInt64
    var dice: Dice
    var model: WalletModel
    var dearer: [ID<Rental>: [Int64]] = [:]  // Rates that may still be tried for it.
    var story: [String] = []
    var linesSeen = 0  // Of the model's.
    var newestLine: Int64 = 0
    var milliseconds: Int64  // What billing time must be.
    var isBootKnown = true  // The meter has reported since the last boot.
    var wallMoved: Int64 = 0  // Against the boot clock, since the meter's last report; milliseconds.
    var stepsTold: Int64 = 0
    var hasReported = false  // Since the last check.
    var catalogSeen: Int64 = 0
    var tally = HistoryTally()

    private init(seed: UInt64, on bench: HistoryBench) async throws {
        self.seed = seed
        self.bench = bench
        dice = Dice(seed: seed)
        user = try await bench.begin()
        model = WalletModel(holdSeconds: bench.holdSeconds)
        milliseconds = try bench.milliseconds()
        stepsTold = try bench.context.database.read { try $0.stepsOfTheClock() }
        newestLine = try bench.context.database.read {
            try $0.row("SELECT COALESCE(MAX(seq), 0) AS seq FROM ledger_entry")!.int("seq")
        }
        catalogSeen = now
    }

    /// Billing time to the nearest second.
    var now: Int64 { (milliseconds + 500) / 1_000 }

    /// What happened in it.
    /// - Throws: `Broken` at the first thing that does not hold.
    package static func run(seed: UInt64, on bench: HistoryBench) async throws -> HistoryTally {
        let history = try await WalletHistory(seed: seed, on: bench)
        do {
            history.changeProvider(isDark: false)
            try history.moveMoney()
            try await history.launch()
            for _ in 0..<history.dice.roll(6...10) {
                try await history.step()
                try history.check()
            }
            try await history.end()
            history.tally.count(history.model)
            return history.tally
        } catch let broken as Broken {
            throw broken
        } catch {
            throw Broken(seed: seed, story: history.story, claim: "an error nobody expects: \(error)")
        }
    }

    var context: Context { bench.context }
    func tell(_ event: String) { story.append(event) }

    func hold(_ condition: Bool, _ claim: @autoclosure () throws -> String) throws {
        guard condition else { throw try Broken(seed: seed, story: story, claim: claim()) }
    }

    private func step() async throws {
        switch dice.roll(1...100) {
        case ...12: try await launch()
        case ...20: try moveMoney()
        case ...24: try stop()
        case ...44: try await live()
        case ...48: try await loseEarly()
        case ...52: try await runDry()
        case ...56: try await failOver()
        case ...59: pass()
        case ...62: try await watch()
        case ...80: try await carryOut()
        case ...84: try settle()
        case ...91: changePod()
        case ...96: changeProvider(isDark: dice.chance(60))
        default: try changeMachine()
        }
    }

    /// Time with heartbeats, as most of it is.
    private func live() async throws {
        for _ in 0..<dice.roll(1...3) {
            pass()
            try await watch()
            if dice.chance(40) { try settle() }
        }
    }
}

// What renters and the operator do.
extension WalletHistory {
    private func launch() async throws {
        let product = dice.pick(HistoryBench.products)!
        try await launch(product, upTo: dice.chance(40) ? product.rates.last : nil)
    }

    func launch(_ product: HistoryBench.Product, upTo limit: Int64?) async throws {
        try report()  // Else nothing is launched.
        await refreshCatalog()
        var request = LaunchRequest(familyID: product.family, gpuCount: product.gpuCount)
        request.maxPrice = limit.map { HourlyRate(centsPerHour: $0)! }
        if dice.chance(25) { request.autoStopAfter = Seconds(dice.roll(1...dice.pick([60, 900, 9_000])!)) }
        let plan = model.plan(product.rates, limit: limit, at: now)
        tell("launch at \(product.rates[0]), up to \(limit ?? 0)")
        do {
            let id = try context.launch(request, by: user).id
            guard let plan else { return try hold(false, "it was launched without money") }
            model.launch(
                id.text, rate: product.rates[0], plan: plan,
                autoStopAfter: request.autoStopAfter?.count, at: now)
            dearer[id] = product.rates.dropFirst().filter { $0 <= plan.cap }
        } catch LaunchRefusal.insufficientBalance {
            try hold(plan == nil, "it was refused, and there was money for \(plan!)")
        }
    }

    /// What was seen five minutes ago cannot be rented.
    func refreshCatalog() async {
        guard now - catalogSeen > 200 else { return }
        await bench.meter.refreshCatalog()
        catalogSeen = now
    }

    private func moveMoney() throws {
        let cents = dice.roll(1...dice.pick([60, 900, 9_000])!)
        switch dice.roll(1...10) {
        case ...6:
            tell("top-up \(cents)")
            _ = try context.adjust(user, by: Cents(cents), note: "test", actor: "test")
            model.topUp(cents, at: now)
        case ...8:
            tell("gift \(cents)")
            try gift(Cents(cents))
            model.gift(cents, at: now)
        default:
            let isPossible = model.takeOut(cents, at: now)
            tell("take out \(cents): \(isPossible)")
            do {
                _ = try context.adjust(user, by: Cents(-cents), note: "test", actor: "test")
                try hold(isPossible, "more was taken out than may leave")
            } catch is AdjustmentRefusal { try hold(!isPossible, "a payout was refused") }
        }
    }

    private func gift(_ amount: Cents) throws {
        try context.database.write { books in
            let now = try context.stamp(in: books)
            try context.settle(user, at: now, in: books)
            let line = LedgerLine(
                id: ID(context.environment.newULID()), kind: .adjustment, user: user)
            let leg = TransferLeg(
                debit: try books.account(.promoGrant), credit: try books.account(.promo, of: user),
                amount: amount)
            try books.post(code: .gift, cause: "promo:\(user):\(line.id)", legs: [leg], entry: line, at: now)
            try context.settle(user, at: now, in: books)
        }
    }

    func stop(_ id: ID<Rental>? = nil) throws {
        guard let id = id ?? dice.pick(model.rentals).flatMap({ ID<Rental>($0.id) }) else { return }
        let isOperator = dice.chance(20)
        let expected = model.stop(index(id), reason: isOperator ? "operator" : "user", at: now)
        tell("stop \(id.text.suffix(3))")
        do {
            let view = isOperator ? try context.stopByOperator(id) : try context.stop(id, by: user)
            try hold(
                expected.map { $0 == (view.finalCharged.count, view.refunded.count) } ?? false,
                "a stop said \(view), and not \(expected.map { "\($0)" } ?? "no")")
        } catch is StopRefusal { try hold(expected == nil, "a stop was refused") }
    }

    func index(_ id: ID<Rental>) -> Int { model.rentals.firstIndex { $0.id == id.text }! }
}

/// What does not hold, and the way there.
package struct Broken: Error, CustomStringConvertible {
    package let seed: UInt64
    package let story: [String]
    package let claim: String

    package init(seed: UInt64, story: [String], claim: String) {
        (self.seed, self.story, self.claim) = (seed, story, claim)
    }

    package var description: String {
        "OUTLET_SEED=\(seed): \(claim), after: \(story.joined(separator: ", "))"
    }
}
