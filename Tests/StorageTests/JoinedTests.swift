import Domain
import TestSupport
import Testing

@testable import Storage

@Suite struct `Joined writes` {
    private struct Stop: Error {}

    private let folder: ScratchFolder
    private let database: Database

    init() throws {
        folder = try ScratchFolder()
        database = try Database(path: folder["joined.db"], durable: false)
        try database.writeSchema { try $0.runScript("CREATE TABLE word (text TEXT) STRICT") }
    }

    private func add(_ word: String, to database: Database, failing: Bool = false) throws {
        try database.write {
            try $0.run("INSERT INTO word (text) VALUES (\(word))")
            if failing { throw Stop() }
        }
    }

    private func words(_ database: Database) throws -> [String] {
        try database.read { try $0.rows("SELECT text FROM word ORDER BY rowid").map { $0.text("text") } }
    }

    @Test func `are seen at once inside, and by others when all is done`() throws {
        let other = try Database(path: database.path, durable: false)
        try database.joined { joined, transaction in
            try add("one", to: joined)
            try transaction.run("INSERT INTO word (text) VALUES ('two')")
            #expect(try words(joined) == ["one", "two"])
            #expect(try words(other).isEmpty)
        }
        #expect(try words(other) == ["one", "two"])
    }

    @Test func `that throw undo themselves alone`() throws {
        try database.joined { joined, _ in
            try add("one", to: joined)
            #expect(throws: Stop.self) { try add("two", to: joined, failing: true) }
            try add("three", to: joined)
        }
        #expect(try words(database) == ["one", "three"])
    }

    @Test func `are undone when the whole throws`() throws {
        #expect(throws: Stop.self) {
            try database.joined { joined, _ in
                try add("one", to: joined)
                try joined.joined { inner, _ in try add("two", to: inner) }
                throw Stop()
            }
        }
        #expect(try words(database).isEmpty)
        try add("later", to: database)
        #expect(try words(database) == ["later"])
    }
}
