import GRDB

/// Somebody with the database file and a SQLite of his own: nothing stands in his way but the schema, and that only
/// as long as he likes.
package final class Thief: Sendable {
    private let queue: DatabaseQueue

    /// - Parameter keepsRules: CHECKs and foreign keys hold for him.
    package init(path: String, keepsRules: Bool) throws {
        var configuration = GRDB.Configuration()
        configuration.foreignKeysEnabled = keepsRules
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = OFF")
            try database.execute(sql: "PRAGMA recursive_triggers = \(keepsRules)")
            try database.execute(sql: "PRAGMA ignore_check_constraints = \(!keepsRules)")
        }
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    package func run(_ sql: String) throws { try queue.writeWithoutTransaction { try $0.execute(sql: sql) } }

    /// The first column of each row, as text.
    package func texts(_ sql: String) throws -> [String] {
        try queue.read { try String.fetchAll($0, sql: sql) }
    }

    /// Every trigger goes, and every index that is not part of a table's own text.
    package func dropGuards() throws {
        for kind in ["trigger", "index"] {
            for name in try texts("SELECT name FROM sqlite_schema WHERE type = '\(kind)' AND sql IS NOT NULL")
            {
                try run("DROP \(kind) \(name)")
            }
        }
    }
}
