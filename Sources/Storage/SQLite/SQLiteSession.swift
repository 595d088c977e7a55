import Domain
import GRDB
import GRDBSQLite

/// A connection to read from: values go in and out as `SQL.Value`.
struct SQLiteReading: ReadSession {
    let connection: OpaquePointer
    let statements: StatementCache

    func rows(_ sql: SQL) throws -> [Row] { try statement(sql).rows(sql.arguments) }
    func cursor(_ sql: SQL) throws -> RowCursor { try RowCursor(statement(sql), sql.arguments) }

    fileprivate func statement(_ sql: SQL) throws -> Statement {
        try statements.statement(sql.text, on: connection)
    }
}

/// A write transaction that runs scripts of many statements too.
protocol SchemaTransaction: Transaction {
    func runScript(_ text: String) throws
}

/// A connection that writes, inside a transaction that GRDB keeps.
struct SQLiteSession: SchemaTransaction {
    let database: GRDB.Database
    private let reading: SQLiteReading

    /// - Parameter statements: of this connection, kept for as long as it is; without, of this session.
    init(database: GRDB.Database, statements: StatementCache = StatementCache()) {
        self.database = database
        reading = SQLiteReading(connection: database.sqliteConnection!, statements: statements)
    }

    func rows(_ sql: SQL) throws -> [Row] { try reading.rows(sql) }
    func cursor(_ sql: SQL) throws -> RowCursor { try reading.cursor(sql) }
    func run(_ sql: SQL) throws -> Int { try reading.statement(sql).run(sql.arguments) }
    func runScript(_ text: String) throws { try database.execute(sql: text) }

    /// How many rows were ever changed through this connection, by triggers too.
    var changeCount: Int64 { sqlite3_total_changes64(reading.connection) }
}
