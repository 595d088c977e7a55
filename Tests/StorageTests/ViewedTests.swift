import TestSupport
import Testing

@testable import Storage

@Suite struct `Shared views` {
    private let folder: ScratchFolder
    private let database: Database

    init() throws {
        folder = try ScratchFolder()
        database = try Database(path: folder["viewed.db"], durable: false)
        try database.writeSchema { try $0.runScript("CREATE TABLE word (text TEXT) STRICT") }
    }

    private func add(_ word: String, to database: Database) throws {
        _ = try database.write { try $0.run("INSERT INTO word (text) VALUES (\(word))") }
    }

    private func words(_ database: Database) throws -> [String] {
        try database.read { try $0.rows("SELECT text FROM word ORDER BY rowid").map { $0.text("text") } }
    }

    @Test func `are of one moment, whoever writes meanwhile`() throws {
        try add("one", to: database)
        let kept = try database.viewed { view in
            #expect(try words(view) == ["one"])
            try add("two", to: database)
            try add("three", to: view)
            try view.joined { joined, _ in try add("four", to: joined) }
            #expect(try words(view) == ["one"])
            #expect(try view.viewed(words) == ["one"])
            #expect(try words(database) == ["one", "two", "three", "four"])
            return view
        }
        #expect(try words(kept) == ["one", "two", "three", "four"], "it has ended")
    }

    @Test func `end with what throws`() throws {
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try database.viewed { view in
                #expect(try words(view).isEmpty)
                throw Stop()
            }
        }
        try add("one", to: database)
        #expect(try database.viewed(words) == ["one"])
        try database.checkpoint()
        #expect(database.logBytes == 0, "no view holds up the log")
    }
}
