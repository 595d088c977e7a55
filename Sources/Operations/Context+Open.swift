import Configuration
import Domain
import Storage

extension Context {
    /// Opens the databases that `settings` name; after an alarm, only when the books are found to be whole.
    /// - Parameters:
    ///   - durable: false where a loss of power does no harm: commits do not wait for the disk.
    ///   - cacheKiB: how many pages each connection may keep in memory.
    /// - Throws: `SchemaRefusal` when the database is not as this release makes it; `StorageDamage`.
    package static func open(
        _ settings: Settings, _ environment: Environment, durable: Bool = true, cacheKiB: Int = 2_000
    ) throws -> Context {
        let alarm = StorageAlarm(settings)
        if alarm.isRaised { alarm.forgetEphemeral() }
        let database = try Database(
            path: settings.databasePath, durable: durable, cacheKiB: cacheKiB, alarm: environment.raiseAlarm)
        try database.checkSchema()
        let ephemeral = try Database(
            path: settings.ephemeralPath, durable: false, cacheKiB: cacheKiB, alarm: environment.raiseAlarm)
        try ephemeral.prepareEphemeral()
        let context = Context(
            settings: settings, database: database, ephemeral: ephemeral, environment: environment)
        if alarm.isRaised { try alarm.clear(after: context) }
        return context
    }
}

extension Database {
    /// - Throws: `SchemaRefusal`.
    package func checkSchema() throws {
        let (found, expected) = (try schemaVersion(), Self.expectedSchemaVersion)
        guard found >= expected else { throw SchemaRefusal.older(found, expected: expected) }
        guard found == expected else { throw SchemaRefusal.newer(found, expected: expected) }
        guard try schemaFingerprint() == Self.knownSchemaFingerprint else { throw SchemaRefusal.changed }
    }
}

/// Why this release does not work on a database.
package enum SchemaRefusal: Error, Hashable, CustomStringConvertible {
    case older(Int, expected: Int)
    case newer(Int, expected: Int)
    /// Of the right version, and not as the migrations make it: a guard of the books may be missing.
    case changed

    package var description: String {
        switch self {
        case .older(let found, let expected):
            "the database has version \(found), this release needs \(expected): run 'outletctl migrate'"
        case .newer(let found, let expected):
            "the database has version \(found), this release knows \(expected): install the newer release again"
        case .changed:
            "the schema of the database was changed by other hands, a guard of the books may be missing: "
                + "run 'outletctl verify', then restore a backup"
        }
    }
}
