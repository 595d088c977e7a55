import Configuration
import Domain
import Storage

extension Context {
    /// Opens the databases that `settings` name.
    /// - Throws: `SchemaRefusal` when this release and the database do not know the same migrations.
    package static func open(_ settings: Settings, _ environment: Environment) throws -> Context {
        let database = try Database(path: settings.databasePath)
        let found = try database.schemaVersion()
        guard found == Database.expectedSchemaVersion else {
            throw SchemaRefusal(found: found, expected: Database.expectedSchemaVersion)
        }
        let ephemeral = try Database(path: settings.ephemeralPath, durable: false)
        try ephemeral.prepareEphemeral()
        return Context(settings: settings, database: database, ephemeral: ephemeral, environment: environment)
    }
}

/// The database is older or newer than this release.
package struct SchemaRefusal: Error, CustomStringConvertible {
    package let found: Int
    package let expected: Int

    package var description: String {
        found < expected
            ? "the database has schema \(found), this release needs \(expected): run `outletctl migrate`"
            : "the database has schema \(found), newer than this release's \(expected): install the newer release"
    }
}
