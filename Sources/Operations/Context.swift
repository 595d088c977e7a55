import Configuration
import Domain
import Storage

/// What an operation works with, on any thread.
package struct Context: Sendable {
    private let world: World
    package let database: Database  // The outlet's books.
    package var actor: Actor

    package var settings: Settings { _read { yield world.settings } }
    package var ephemeral: Database { world.ephemeral }  // Limits and other things that may be lost.
    package var environment: Environment { _read { yield world.environment } }
    /// Whether all that is done through it belongs to one transaction, so that nothing outside may be waited for.
    var isInTransaction: Bool { world.isInTransaction }

    /// What is the same for all actors: a copy of a context counts one reference, which all threads have in common, and
    /// not each text of the settings.
    private final class World: Sendable {
        let settings: Settings
        let ephemeral: Database
        let environment: Environment
        let isInTransaction: Bool

        init(
            _ settings: Settings, _ ephemeral: Database, _ environment: Environment, _ isInTransaction: Bool
        ) {
            self.settings = settings
            self.ephemeral = ephemeral
            self.environment = environment
            self.isInTransaction = isInTransaction
        }
    }

    package init(
        settings: Settings, database: Database, ephemeral: Database, environment: Environment,
        actor: Actor = .outlet
    ) {
        self.init(
            settings: settings, database: database, ephemeral: ephemeral, environment: environment,
            actor: actor, isInTransaction: false)
    }

    init(
        settings: Settings, database: Database, ephemeral: Database, environment: Environment,
        actor: Actor, isInTransaction: Bool
    ) {
        world = World(settings, ephemeral, environment, isInTransaction)
        self.database = database
        self.actor = actor
    }

    private init(_ context: Context, reading database: Database) {
        world = context.world
        self.database = database
        actor = context.actor
    }

    /// Runs what only reads in one view of the books: all of it sees the same moment.
    package func inOneView<Answer>(_ body: (Context) throws -> Answer) throws -> Answer {
        try database.viewed { try body(Context(self, reading: $0)) }
    }
}

/// The outside world as closures; a test replaces the one that it is about.
package struct Environment: Sendable {
    /// Wall clock, boot clock and boot id, read together. Billing time is made of them by `BillingClock`.
    package var clocks: @Sendable () -> ClockReading
    package var newULID: @Sendable () -> ULID
    /// 256 bits from the system, base64url without padding.
    package var newSecret: @Sendable () -> String
    /// What codes and letters in the database are kept under.
    package var secretKey: SecretKey
    /// Wakes the meter; never fails and never waits.
    package var ringBell: @Sendable () -> Void
    /// Of all threads of this process.
    package let requestCounts = RequestCounts()
    /// The storage failed: the live world ends the process.
    package var raiseAlarm: @Sendable (StorageFault) -> Void

    package init(
        clocks: @escaping @Sendable () -> ClockReading, newULID: @escaping @Sendable () -> ULID,
        newSecret: @escaping @Sendable () -> String, secretKey: SecretKey,
        ringBell: @escaping @Sendable () -> Void,
        raiseAlarm: @escaping @Sendable (StorageFault) -> Void = { _ in }
    ) {
        self.clocks = clocks
        self.newULID = newULID
        self.newSecret = newSecret
        self.secretKey = secretKey
        self.ringBell = ringBell
        self.raiseAlarm = raiseAlarm
    }
}
