import Configuration
import Domain
import Foundation
import Operations
import Storage

/// The outlet that a command works on, opened as the owner of its data.
struct Outlet {
    let settings: Settings
    let context: Context

    /// - Parameter evenIfChanged: for `verify`, which tells of a changed schema itself.
    /// - Throws: `SettingsFault`, or `Complaint` when there is no usable database.
    init(_ options: Options, evenIfChanged: Bool = false) throws {
        settings = try Settings.load(path: options.path)
        try becomeOwner(of: settings.dataDirectory)
        guard FileManager.default.fileExists(atPath: settings.databasePath) else {
            throw Complaint("there is no database at \(settings.databasePath); run 'outletctl init'")
        }
        context = try Outlet.context(settings)
        do {
            try context.database.checkSchema()
        } catch SchemaRefusal.changed where evenIfChanged {
        } catch let refusal as SchemaRefusal {
            throw Complaint(refusal.description)
        }
    }

    /// Opens or makes both databases.
    static func context(_ settings: Settings) throws -> Context {
        let environment = try Operations.Environment.live(settings: settings)
        return Context(
            settings: settings,
            database: try Database(path: settings.databasePath, alarm: environment.raiseAlarm),
            ephemeral: try Database(path: settings.ephemeralPath, durable: false),
            environment: environment, actor: Actor(operatorName))
    }
}
