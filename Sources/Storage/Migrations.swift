import Crypto
import Domain

/// One numbered step of the schema. Its file is never edited once it has been released; a change is a new file.
struct Migration {
    let name: String
    let content: [UInt8]

    /// The digits that its name begins with. Numbers only grow; they may leave some out.
    var number: Int { Int(name.prefix(4))! }
    var script: String { String(decoding: content, as: UTF8.self) }
    var hash: [UInt8] { Array(SHA256.hash(data: content)) }

    /// All of them, by number: each may stand on those before it, wherever the releases that brought them lie.
    static let all = [
        Migration(name: "0001-identity", content: PackageResources._001_identity_sql),
        Migration(name: "0002-money", content: PackageResources._002_money_sql),
        Migration(name: "0003-catalog", content: PackageResources._003_catalog_sql),
        Migration(name: "0004-seals", content: PackageResources._004_seals_sql),
        Migration(name: "0005-backup", content: PackageResources._005_backup_sql),
        Migration(name: "0006-limits", content: PackageResources._006_limits_sql),
        Migration(name: "0007-tokens", content: PackageResources._007_tokens_sql),
        Migration(name: "0008-mail", content: PackageResources._008_mail_sql),
        Migration(name: "0009-oauth", content: PackageResources._009_oauth_sql),
        Migration(name: "0010-payments", content: PackageResources._010_payments_sql),
        Migration(name: "0012-pricing", content: PackageResources._012_pricing_sql),
        Migration(name: "0013-guards", content: PackageResources._013_guards_sql),
        Migration(name: "0014-unit-leases", content: PackageResources._014_unit_leases_sql),
        Migration(name: "0015-speed", content: PackageResources._015_speed_sql),
        Migration(name: "0019-cards", content: PackageResources._019_cards_sql),
        Migration(name: "0020-backup-keys", content: PackageResources._020_backup_keys_sql),
    ]
}

/// Why a database is not brought up to date.
package enum MigrationRefusal: Error, Hashable, CustomStringConvertible {
    /// The database was made by a newer release: it has a migration that this one does not know.
    case databaseIsNewer(version: Int, known: Int)
    /// What was applied under this name is not what this release holds under it.
    case differs(name: String)

    package var description: String {
        switch self {
        case .databaseIsNewer(let version, let known):
            "the database has version \(version), this release knows \(known): install the newer release again"
        case .differs(let name):
            "migration \(name) was applied with other content: the database is not of this release"
        }
    }
}

extension Database {
    /// The version that this release works with: how many migrations there are.
    package static var expectedSchemaVersion: Int { Migration.all.count }

    /// Applies what is missing, each migration in a transaction of its own. Again: changes nothing.
    /// - Returns: the names of those applied now.
    /// - Throws: `MigrationRefusal` before anything is changed.
    @discardableResult package func migrate() throws -> [String] { try migrate(Migration.all) }

    @discardableResult func migrate(_ migrations: [Migration]) throws -> [String] {
        try writeSchema { try $0.runScript(migrationTable) }
        var applied: [String] = []
        for migration in migrations {
            let isNew = try writeSchema { transaction in
                try transaction.check(against: migrations)  // Another process may have migrated meanwhile.
                return try transaction.apply(migration)
            }
            if isNew { applied.append(migration.name) }
        }
        return applied
    }

    /// How many migrations were applied; 0 before the first.
    package func schemaVersion() throws -> Int {
        try read { session in
            guard try session.row("SELECT 1 AS one FROM sqlite_schema WHERE name = 'migration'") != nil else {
                return 0
            }
            return Int(
                try session.row("SELECT COUNT(*) AS version FROM migration")!.int("version"))
        }
    }
}

let migrationTable = """
    CREATE TABLE IF NOT EXISTS migration (
        number     INTEGER PRIMARY KEY,
        name       TEXT NOT NULL,
        sha256     BLOB NOT NULL,
        applied_at INTEGER NOT NULL  -- Seconds since 1970 by the wall clock.
    ) STRICT
    """

extension SchemaTransaction {
    fileprivate func check(against migrations: [Migration]) throws {
        let known = Dictionary(uniqueKeysWithValues: migrations.map { (Int64($0.number), $0) })
        let applied = try rows("SELECT number, name, sha256 FROM migration ORDER BY number")
        for row in applied {
            guard let migration = known[row.int("number")] else {
                throw MigrationRefusal.databaseIsNewer(version: applied.count, known: migrations.count)
            }
            guard row.text("name") == migration.name, row.blob("sha256") == migration.hash else {
                throw MigrationRefusal.differs(name: row.text("name"))
            }
        }
    }

    /// False when it was applied before.
    fileprivate func apply(_ migration: Migration) throws -> Bool {
        guard try row("SELECT 1 AS one FROM migration WHERE number = \(migration.number)") == nil else {
            return false
        }
        try runScript(migration.script)
        try run(
            """
            INSERT INTO migration (number, name, sha256, applied_at)
            VALUES (\(migration.number), \(migration.name), \(migration.hash), CAST(strftime('%s', 'now') AS INTEGER))
            """)
        return true
    }
}
