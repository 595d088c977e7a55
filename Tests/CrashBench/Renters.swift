import Domain
import Operations
import Storage
import TestSupport

/// What renters and the operator do at random; each answer is written down once it is theirs.
package struct Renters {
    private let bench: Bench
    private let context: Context
    private let users: [ID<User>]
    private var dice: Dice
    /// How long each write of these waited for its turn.
    package private(set) var waits: [Duration] = []

    package init(of bench: Bench, in context: Context, seed: UInt64) throws {
        self.bench = bench
        self.context = context
        users = try context.users().map(\.id)
        dice = Dice(seed: seed)
    }

    /// One act. A refusal is an answer like others.
    /// - Throws: any fault.
    package mutating func act() throws {
        let user = dice.pick(users)!
        do {
            switch dice.roll(1...100) {
            case ...5: try measureWait()
            case ...35: try launch(user)
            case ...60: try stop(user)
            default: try adjust(user)
            }
        } catch is LaunchRefusal {
        } catch is StopRefusal {
        } catch is AdjustmentRefusal {
        }
    }

    private mutating func launch(_ user: ID<User>) throws {
        var request = LaunchRequest(familyID: "h100-80gb", gpuCount: 1)
        if dice.chance(50) { request.maxPrice = HourlyRate(centsPerHour: 3_400) }
        if dice.chance(30) { request.autoStopAfter = Seconds(dice.roll(1...300)) }
        let id = try context.launch(request, by: user).id
        tell("launch \(id)")
    }

    private mutating func stop(_ user: ID<User>) throws {
        let live = try context.rentals(of: user, filter: .all, cursor: nil, pageSize: 20).items
            .filter { [.provisioning, .running].contains($0.status) }
        guard let rental = dice.pick(live) else { return }
        let answer =
            dice.chance(20) ? try context.stopByOperator(rental.id) : try context.stop(rental.id, by: user)
        tell("stop \(rental.id) \(answer.finalCharged.count)")
    }

    private mutating func adjust(_ user: ID<User>) throws {
        let change = Cents(dice.chance(70) ? dice.roll(1...400) : -dice.roll(1...400))
        let line = try context.adjust(user, by: change, note: "bench", actor: "bench")
        tell("adjust \(line.id) \(change.count)")
    }

    private mutating func measureWait() throws {
        let asked = ContinuousClock.now
        waits.append(try context.database.write { _ in ContinuousClock.now - asked })
    }

    private func tell(_ line: String) { Faults.pass("reply") { bench.told.append(line) } }
}
