import Configuration
import Operations

extension Context {
    /// Of an outlet whose clock stands still: what is done once a second must not depend on how fast a driver runs.
    static func standingStill(config: String) throws -> Context {
        let settings = try Settings.load(path: config)
        var environment = try Operations.Environment.live(settings: settings)
        let now = environment.clocks()
        environment.clocks = { now }
        return try open(settings, environment)
    }
}
