import Configuration
import Domain
import Operations
import Storage

/// A migrated outlet in a scratch folder, in the hands of a `TestWorld`.
package final class TestStore: Sendable {
    package let folder: ScratchFolder
    package let world: TestWorld
    package let context: Context

    /// - Parameter settings: makes the settings, given the data folder.
    package init(
        world: TestWorld = TestWorld(),
        settings: (_ dataDirectory: String) -> Settings = { .forTests(dataDirectory: $0) }
    ) throws {
        folder = try ScratchFolder()
        self.world = world
        context = try Self.open(settings(folder.path), world)
        try context.database.migrate()
        try context.ephemeral.prepareEphemeral()
    }

    package var clock: TestClock { world.clock }

    /// The same outlet over connections of its own: another thread, or another process.
    package func anotherContext() throws -> Context { try Self.open(context.settings, world) }

    private static func open(_ settings: Settings, _ world: TestWorld) throws -> Context {
        Context(
            settings: settings, database: try Database(path: settings.databasePath, durable: false),
            ephemeral: try Database(path: settings.ephemeralPath, durable: false),
            environment: world.environment)
    }
}
