import Crypto
import GRDB

extension Database {
    /// SHA-256, in hexadecimal, over the text of every table, index, view and trigger of this database.
    /// A guard that was dropped, added or rewritten changes it; the statistics of ANALYZE do not.
    package func schemaFingerprint() throws -> String { try read { try $0.schemaFingerprint() } }

    /// The fingerprint of a database that this release has made.
    package static func expectedSchemaFingerprint() throws -> String { try expected.get() }

    /// Reckoned once in a process.
    private static let expected = Result {
        try DatabaseQueue().write { connection in
            let fresh = SQLiteSession(database: connection)
            try fresh.runScript(migrationTable)
            for migration in Migration.all { try fresh.runScript(migration.script) }
            return try fresh.schemaFingerprint()
        }
    }
}

extension ReadSession {
    fileprivate func schemaFingerprint() throws -> String {
        var hash = SHA256()
        let definitions = try rows(
            """
            SELECT type || ' ' || name || ': ' || sql AS text
              FROM sqlite_schema
             WHERE sql IS NOT NULL AND NOT (type = 'table' AND name GLOB 'sqlite_stat*')
             ORDER BY type, name
            """)
        for definition in definitions { hash.update(data: Array((definition.text("text") + "\n").utf8)) }
        return hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
