import Domain
import Foundation
import GRDB

/// A write transaction that runs scripts of many statements too.
protocol SchemaTransaction: Transaction {
    func runScript(_ text: String) throws
}

/// GRDB's connection as a session: values go in and out as `SQL.Value`.
struct SQLiteSession: SchemaTransaction {
    let database: GRDB.Database

    func rows(_ sql: SQL) throws -> [Row] {
        let statement = try database.cachedStatement(sql: sql.text)
        return try GRDB.Row.fetchAll(statement, arguments: sql.grdbArguments).map(Row.init)
    }

    func cursor(_ sql: SQL) throws -> RowCursor {
        let statement = try database.cachedStatement(sql: sql.text)
        return RowCursor(try GRDB.Row.fetchCursor(statement, arguments: sql.grdbArguments))
    }

    func run(_ sql: SQL) throws -> Int {
        let statement = try database.cachedStatement(sql: sql.text)
        try statement.execute(arguments: sql.grdbArguments)
        return database.changesCount
    }

    func runScript(_ text: String) throws { try database.execute(sql: text) }
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

extension Row {
    fileprivate init(_ row: GRDB.Row) {
        var values: [String: SQL.Value] = [:]
        for (column, value) in row { values[column] = SQL.Value(value) }
        self.init(values)
    }
}
