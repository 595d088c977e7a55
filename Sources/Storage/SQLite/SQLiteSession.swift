import Domain
import Foundation
import GRDB

/// A write transaction that runs scripts of many statements too.
protocol SchemaTransaction: Transaction {
    func runScript(_ text: String) throws
}

/// A connection as a session: values go in and out as `SQL.Value`.
struct SQLiteSession: SchemaTransaction {
    let database: GRDB.Database
    let statements: StatementCache

    /// - Parameter statements: of this connection, kept for as long as it is; without, of this session.
    init(database: GRDB.Database, statements: StatementCache = StatementCache()) {
        (self.database, self.statements) = (database, statements)
    }

    func rows(_ sql: SQL) throws -> [Row] { try statement(sql).rows(sql.arguments) }
    func run(_ sql: SQL) throws -> Int { try statement(sql).run(sql.arguments) }

    func cursor(_ sql: SQL) throws -> RowCursor {
        let statement = try database.cachedStatement(sql: sql.text)
        return RowCursor(try GRDB.Row.fetchCursor(statement, arguments: sql.grdbArguments))
    }

    func runScript(_ text: String) throws { try database.execute(sql: text) }

    private func statement(_ sql: SQL) throws -> Statement {
        try statements.statement(sql.text, on: database.sqliteConnection!)
    }
}

extension SQL {
    fileprivate var grdbArguments: StatementArguments {
        StatementArguments(
            arguments.map { value -> DatabaseValue in
                switch value {
                case .null: .null
                case .integer(let value): value.databaseValue
                case .real(let value): value.databaseValue
                case .text(let value): value.databaseValue
                case .blob(let value): Data(value).databaseValue
                }
            })
    }
}
