import Storage
import Synchronization

extension Context {
    /// Runs several operations as one: `body` is given a context whose reads and writes all belong to one transaction.
    /// The bell is rung when it is committed, so the meter never looks before there is something to see.
    func inOneTransaction<Answer>(_ body: (Context, any Transaction) throws -> Answer) throws -> Answer {
        let bell = HeldBell()
        let answer = try database.joined { database, transaction in
            var environment = environment
            environment.ringBell = { bell.isRung.withLock { $0 = true } }
            let context = Context(
                settings: settings, database: database, ephemeral: ephemeral, environment: environment,
                actor: actor, isInTransaction: true)
            return try body(context, transaction)
        }
        if bell.isRung.withLock({ $0 }) { environment.ringBell() }
        return answer
    }
}

private final class HeldBell: Sendable {
    let isRung = Mutex(false)
}
