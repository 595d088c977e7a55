import Configuration
import Domain
import Operations
import Storage
import TestSupport

/// An outlet with real, empty databases and one user.
struct IdentityWorld {
    let folder: ScratchFolder
    let world = TestWorld()
    let context: Context
    let user: ID<User>

    init(limits: Settings.Limits = Settings.Limits()) throws {
        folder = try ScratchFolder()
        var settings = Settings.forTests(dataDirectory: folder.path)
        settings.limits = limits
        let database = try Database(path: settings.databasePath, durable: false)
        let ephemeral = try Database(path: settings.ephemeralPath, durable: false)
        try database.migrate()
        try ephemeral.prepareEphemeral()
        context = Context(
            settings: settings, database: database, ephemeral: ephemeral, environment: world.environment)
        user = try context.addUser(email: "ada@example.org").id
    }

    func pass(_ time: Seconds) { world.clock.advance(by: time) }
}
