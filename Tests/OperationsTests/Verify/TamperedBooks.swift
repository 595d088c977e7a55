import Domain
import Foundation
import Operations
import Providers
import Storage
import TestSupport

/// Sound books of two renters with one line of every kind, and a thief who has their file.
final class TamperedBooks {
    /// How a table numbers its rows, and which columns are money's.
    struct Table {
        let name: String
        let key: String
        let columns: [String]
        var isNumbered: Bool { ["id", "seq"].contains(key) && name != "rental" }
    }

    static let tables =
        SealedTable.allCases.map { table in
            Table(
                name: table.rawValue, key: table.number,
                columns: table.columns + (table == .account ? ["balance_cents", "last_transfer"] : []))
        } + [
            Table(name: "wallet", key: "user_id", columns: ["user_id", "exhausts_at_s"]),
            // Not what the renter asked for, nor where the pod is; a later confirmation alone bills nobody.
            Table(
                name: "rental", key: "id",
                columns: [
                    "id", "user_id", "rate_cents", "max_rate_cents", "state", "asked_at_s", "running_at_s",
                    "ends_at_s", "closed_at_s", "billed_s", "stop_reason",
                ]),
            Table(
                name: "movement", key: "code || ' ' || debit_kind || ' ' || credit_kind",
                columns: ["code", "debit_kind", "credit_kind"]),
        ]
    static let seals = Table(
        name: "seal", key: "id",
        columns: [
            "id", "sealed_at_s", "account_to", "milestone_to", "usage_to", "transfer_to", "ledger_entry_to",
            "hash", "digests",
        ])

    let outlet: Outlet
    let thief: Thief

    /// - Parameter sealed: every row is under a seal; else none is.
    init(sealed: Bool) async throws {
        outlet = try await Outlet(prices: [200, 280], wallet: 3_000)
        try Self.give(130, to: outlet.user, in: outlet.context)
        let long = try await outlet.launched()
        try await outlet.run(for: 3_000)
        let short = try await Self.launched(outlet)
        try await outlet.run(for: 4_200)
        _ = try outlet.context.stop(short, by: outlet.user)
        try await outlet.meter.tick()
        outlet.provider.set { $0.answer = ["at-200": .noCapacity, "at-280": .noCapacity] }
        _ = try outlet.launch()
        try await outlet.meter.tick()
        outlet.provider.set { $0.answer = [:] }
        try await Self.letOneBeLost(outlet)
        _ = try outlet.context.adjust(outlet.user, by: Cents(-5), note: "a mistake", actor: "test")
        let other = try outlet.context.addUser(email: "bob@example.org").id
        _ = try outlet.context.adjust(other, by: Cents(777), note: "welcome", actor: "test")
        try await outlet.run(for: 600)
        _ = try outlet.context.stop(long, by: outlet.user)
        _ = try await Self.launched(outlet)
        try await outlet.run(for: 4_000)
        try await outlet.meter.tick()
        if sealed { try await outlet.run(for: 3_600) }
        _ = try outlet.context.adjust(outlet.user, by: Cents(1), note: "the last line", actor: "test")
        if sealed {
            let context = outlet.context
            _ = try context.database.write { try $0.sealRows(atMost: 10_000, at: context.stamp(in: $0)) }
        }
        thief = try Thief(path: outlet.context.database.path, keepsRules: false)
        try thief.dropGuards()
        if !sealed {
            try thief.run("DELETE FROM seal")
            try thief.run("DELETE FROM sqlite_sequence WHERE name = 'seal'")
        }
        try thief.run("VACUUM INTO '\(outlet.store.folder["sound.db"])'")
        try thief.run("ATTACH '\(outlet.store.folder["sound.db"])' AS sound")
    }

    private static func give(_ cents: Int64, to user: ID<User>, in context: Context) throws {
        try context.database.write { books in
            let leg = TransferLeg(
                debit: try books.account(.promoGrant), credit: try books.account(.promo, of: user),
                amount: Cents(cents))
            let line = LedgerLine(
                id: ID(context.environment.newULID()), kind: .adjustment, user: user, note: "gift")
            try books.post(
                code: .gift, cause: "promo:\(user):welcome", legs: [leg], entry: line,
                at: context.stamp(in: books))
        }
    }

    /// With a fresh catalog.
    private static func launched(_ outlet: Outlet) async throws -> ID<Rental> {
        try await outlet.meter.tick()
        return try await outlet.launched()
    }

    private static func letOneBeLost(_ outlet: Outlet) async throws {
        let id = try await launched(outlet)
        try await outlet.run(for: 40)
        let label = outlet.label(id)
        outlet.provider.set { $0.pods[label] = nil }
        for _ in 0..<4 {
            outlet.pass(10)
            try await outlet.meter.tick()
        }
    }

    /// The first wrong row that `verify` finds, besides the schema that the thief has stripped.
    func fault() throws -> Fault? { try outlet.context.verify().faults.first { $0.table != "schema" } }

    /// Does as the thief wants to one table, and answers what is found; then the table is sound again.
    /// Nil: the text of the table itself refuses it (STRICT, NOT NULL, UNIQUE).
    func fault(after statements: [String], in table: Table) throws -> Fault?? {
        defer {
            for sql in [
                "DELETE FROM \(table.name)", "INSERT INTO \(table.name) SELECT * FROM sound.\(table.name)",
                "UPDATE sqlite_sequence SET seq = (SELECT MAX(id) FROM seal) WHERE name = 'seal'",
            ] {
                try? thief.run(sql)
            }
        }
        do { for sql in statements { try thief.run(sql) } } catch { return .none }
        return .some(try fault())
    }

    /// The names of the rows of a table, in order.
    func rows(of table: Table) throws -> [String] {
        try thief.texts("SELECT \(table.key) FROM \(table.name) ORDER BY \(table.columns[0])")
    }

    /// Other values for a cell, as SQL: near ones, another row's, and none.
    func otherValues(of column: String, in table: Table, row: String) throws -> [String] {
        let kind = try thief.texts(
            "SELECT type FROM pragma_table_info('\(table.name)') WHERE name = '\(column)'")[0]
        let others = try thief.texts(
            "SELECT DISTINCT quote(\(column)) FROM \(table.name) WHERE \(column) IS NOT NULL LIMIT 1")
        let values =
            switch kind {
            case "INTEGER" where column == table.key: ["\(column) + 1000"]
            case "INTEGER": ["COALESCE(\(column), 0) + 1", "NULL"] + others
            case "BLOB": ["CAST(substr(\(column), 1, length(\(column)) - 1) || x'2a' AS BLOB)"]
            default: ["COALESCE(\(column), '') || 'x'", "NULL"] + others
            }
        return try values.filter { value in
            try thief.texts(
                "SELECT \(value) IS NOT \(column) FROM \(table.name) WHERE \(table.key) = '\(row)'") == ["1"]
        }
    }

    /// Two accounts, this one and the next, that no transfer has ever moved.
    func isUntouched(_ table: Table, _ row: Int64) throws -> Bool {
        try table.name == "account"
            && thief.texts("SELECT MAX(last_transfer) FROM account WHERE id IN (\(row), \(row + 1))") == ["0"]
    }

    /// A second row with the content of `row`, as far as the text of the table lets two be alike.
    func copying(_ row: String, of table: Table) throws -> [String] {
        let columns = try thief.texts("SELECT name FROM pragma_table_info('\(table.name)')")
        let values = columns.map { column in
            switch (table.name, column) {
            case (_, table.key) where table.isNumbered: "(SELECT MAX(\(column)) + 1 FROM \(table.name))"
            case ("usage", "from_s"): "from_s + 100000000"
            case ("usage", "to_s"): "to_s + 100000000"
            case ("usage", "entry_id"), ("ledger_entry", "id"), (_, table.key), ("movement", "credit_kind"):
                "substr(\(column), 1, length(\(column)) - 1) || 'x'"
            case ("seal", "hash"): "CAST(substr(hash, 1, 31) || x'2a' AS BLOB)"
            default: column
            }
        }
        return [
            """
            INSERT INTO \(table.name) (\(columns.joined(separator: ", ")))
            SELECT \(values.joined(separator: ", ")) FROM \(table.name) WHERE \(table.key) = '\(row)'
            """
        ]
    }
}
