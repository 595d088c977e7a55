import Crypto
import Domain
import GRDB

extension Database {
    /// SHA-256, in hexadecimal, over the text of every table, index, view and trigger of this database.
    /// A guard that was dropped, added or rewritten changes it; the statistics of ANALYZE do not.
    package func schemaFingerprint() throws -> String { try read { try $0.schemaFingerprint() } }

    /// The fingerprint of a database that this release has made, found by making one: half of the time of a start.
    package static func expectedSchemaFingerprint() throws -> String { try fresh.get().fingerprint }

    /// The same, as it was when the newest migration was written. A test says which it is after the next one.
    package static let knownSchemaFingerprint =
        "80db41b81b218463d7ee8508cf5f20e4a95eef42b5ad1825ae6f810f3012ae23"

    /// The movements of a database that this release has made.
    static var expectedMovements: [Movement] { (try? fresh.get().movements) ?? [] }

    /// Made once in a process, in memory.
    private static let fresh = Result {
        try DatabaseQueue().write { connection in
            let fresh = SQLiteSession(database: connection)
            try fresh.runScript(migrationTable)
            for migration in Migration.all { try fresh.runScript(migration.script) }
            let movements = try fresh.rows("SELECT code, debit_kind, credit_kind FROM movement").map {
                Movement(code: $0.text("code"), debit: $0.text("debit_kind"), credit: $0.text("credit_kind"))
            }
            return (fingerprint: try fresh.schemaFingerprint(), movements: movements)
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
        return hash.finalize().hexadecimal
    }
}
