import Domain
import TestSupport
import Testing

@testable import Storage

@Suite struct MigrationTests {
    private let folder: ScratchFolder
    private let database: Database

    init() throws {
        folder = try ScratchFolder()
        database = try Database(path: folder["outlet.db"])
    }

    @Test func `the first run applies all, the second nothing`() throws {
        #expect(try database.schemaVersion() == 0)
        #expect(try database.migrate() == Migration.all.map(\.name))
        let fingerprint = try database.schemaFingerprint()
        #expect(try database.migrate() == [])
        #expect(try database.schemaVersion() == Database.expectedSchemaVersion)
        #expect(try database.schemaFingerprint() == fingerprint)
    }

    @Test func `files are numbered in the order in which they are applied`() {
        let numbers = Migration.all.map(\.number)
        #expect(numbers == Set(numbers).sorted())
        for migration in Migration.all {
            #expect(migration.name.wholeMatch(of: #/\d{4}-[a-z-]+/#) != nil && !migration.content.isEmpty)
        }
    }

    @Test func `one that was left out before is applied later`() throws {
        let last = Migration(name: "9999-last", content: Array("CREATE TABLE last (id INTEGER)".utf8))
        let late = Migration(name: "9998-late", content: Array("CREATE TABLE late (id INTEGER)".utf8))
        try database.migrate(Migration.all + [last])
        #expect(try database.migrate(Migration.all + [late, last]) == ["9998-late"])
        #expect(try database.migrate(Migration.all + [late, last]) == [])
    }

    @Test func `an edited migration is refused`() throws {
        try database.migrate()
        var edited = Migration.all
        edited[1] = Migration(name: edited[1].name, content: edited[1].content + Array("\n".utf8))
        #expect(throws: MigrationRefusal.differs(name: edited[1].name)) { try database.migrate(edited) }
    }

    @Test func `a newer database is refused`() throws {
        let newer =
            Migration.all + [
                Migration(name: "9999-later", content: Array("CREATE TABLE later (id INTEGER)".utf8))
            ]
        #expect(try database.migrate(newer).last == "9999-later")
        #expect(throws: MigrationRefusal.databaseIsNewer(version: newer.count, known: newer.count - 1)) {
            try database.migrate()
        }
    }

    @Test func `a migration that fails leaves nothing behind`() throws {
        let broken = Migration(
            name: "0001-broken", content: Array("CREATE TABLE kept (id INTEGER); CREATE TABEL x;".utf8))
        #expect(throws: (any Error).self) { try database.migrate([broken]) }
        #expect(try database.schemaVersion() == 0)
        #expect(
            try database.read { try $0.row("SELECT 1 AS one FROM sqlite_schema WHERE name = 'kept'") } == nil)
    }

    @Test func `the fingerprint that a start is held against is that of the migrations`() throws {
        let made = try Database.expectedSchemaFingerprint()
        #expect(Database.knownSchemaFingerprint == made, "the migrations make \(made)")
    }

    @Test func `a dropped guard changes the fingerprint`() throws {
        try database.migrate()
        #expect(try database.schemaFingerprint() == Database.expectedSchemaFingerprint())
        try Thief(path: database.path, keepsRules: true).run("DROP TRIGGER transfer_stays")
        #expect(try database.schemaFingerprint() != Database.expectedSchemaFingerprint())
    }
}
