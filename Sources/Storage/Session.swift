import Domain

/// One open view of the database: every read inside it sees the same state.
/// The SQL is what both SQLite and PostgreSQL speak; only migrations may differ.
package protocol ReadSession {
    func rows(_ sql: SQL) throws -> [Row]

    /// For answers that are too long to be held: good inside this session, one for each text of a statement.
    func cursor(_ sql: SQL) throws -> RowCursor
}

/// A write transaction: all of it is stored, or none. Holds the outlet's write lock from its first line.
package protocol Transaction: ReadSession {
    /// Runs one statement; answers how many rows it changed.
    @discardableResult func run(_ sql: SQL) throws -> Int
}

extension ReadSession {
    package func row(_ sql: SQL) throws -> Row? { try rows(sql).first }
}
