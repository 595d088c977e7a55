import Domain
import TestSupport
import Testing

@testable import Storage

/// What a connection of the outlet refuses before the schema is even asked.
@Suite struct StatementGuardTests {
    @Test(arguments: [
        "DROP TRIGGER transfer_stays",
        "DROP TABLE movement",
        "DROP INDEX transfer_of_cause",
        "DROP VIEW wallet_funds",
        "CREATE TRIGGER t AFTER INSERT ON usage BEGIN SELECT 1; END",
        "CREATE TEMP TRIGGER t AFTER INSERT ON usage BEGIN SELECT 1; END",
        "CREATE TEMP VIEW account AS SELECT 1",
        "CREATE TABLE t (a)",
        "CREATE TEMP TABLE usage (a)",
        "ALTER TABLE usage RENAME TO old_usage",
        "ATTACH ':memory:' AS other",
        "PRAGMA writable_schema = ON",
        "PRAGMA ignore_check_constraints = ON",
        "PRAGMA Ignore_Check_Constraints(1)",
        "PRAGMA main.foreign_keys = OFF",
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA journal_mode = DELETE",
        "UPDATE sqlite_schema SET sql = '' WHERE name = 'transfer_stays'",
        "DELETE FROM sqlite_schema WHERE name = 'transfer_stays'",
        "UPDATE usage SET cents = 0",
        "UPDATE transfer SET posted_at_s = 0",
        "UPDATE ledger_entry SET note = ''",
        "UPDATE event SET message = ''",
        "UPDATE movement SET code = 'a'",
        "UPDATE migration SET sha256 = x'00'",
        "UPDATE account SET balance_cents = 0",
        "UPDATE account SET last_transfer = 99",
        "UPDATE rental SET billed_s = 0",
        "DELETE FROM usage", "DELETE FROM transfer", "DELETE FROM ledger_entry", "DELETE FROM event",
        "DELETE FROM wallet", "DELETE FROM account", "DELETE FROM rental", "DELETE FROM attempt",
        "DELETE FROM clock", "DELETE FROM lease", "DELETE FROM renter", "DELETE FROM listing",
        "INSERT INTO movement VALUES ('bonus', 'revenue', 'available')",
    ])
    func `a statement of the outlet may not`(_ sql: String) throws {
        let books = try Books(paid: 100)
        let error = #expect(throws: (any Error).self) {
            try books.database.write { _ = try $0.rows(SQL(stringLiteral: sql)) }
        }
        let words = ["not authorized", "may not be modified", "prohibited"]
        #expect(words.contains { "\(error!)".contains($0) }, "\(error!)")
        #expect(try books.database.schemaFingerprint() == Database.expectedSchemaFingerprint())
    }

    @Test func `the guard is back after a migration`() throws {
        let books = try Books(paid: 100)
        try books.database.migrate()
        #expect(throws: (any Error).self) {
            try books.database.write { try $0.run("DROP TRIGGER transfer_stays") }
        }
    }

    @Test func `a migration that fails leaves the guard on`() throws {
        let books = try Books(paid: 100)
        #expect(throws: (any Error).self) {
            try books.database.writeSchema { try $0.runScript("CREATE TABEL x;") }
        }
        #expect(throws: (any Error).self) {
            try books.database.write { try $0.run("CREATE TABLE x (a)") }
        }
    }

    @Test func `statistics of the planner are no change of the schema`() throws {
        let books = try Books(paid: 100)
        try Thief(path: books.database.path, keepsRules: true).run("ANALYZE")
        #expect(try books.database.schemaFingerprint() == Database.expectedSchemaFingerprint())
    }
}
