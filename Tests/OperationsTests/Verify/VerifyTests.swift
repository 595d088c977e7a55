import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct `Verify` {
    @Test func `finds no fault in sound books`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        try await o.run(for: 4_000)
        _ = try o.context.stop(id, by: o.user)
        try await o.meter.tick()
        let report = try o.context.verify()
        #expect(report.faults == [])
        #expect(report.linesChecked == 4 && report.rowsChecked == 4 + 4 + 2)
        #expect(report.sealsChecked >= 2)
        let root = try o.context.dayRoots(cursor: nil, pageSize: 1).items.first?.root
        #expect(report.root != nil && report.root == root)
    }

    @Test func `finds no fault in empty books`() throws {
        let report = try TestStore().context.verify()
        #expect(report.isSound && report.linesChecked == 0 && report.root == nil)
    }

    @Test(arguments: [
        "DROP TRIGGER usage_stays", "DROP INDEX transfer_of_cause",
        "CREATE TRIGGER mine AFTER INSERT ON usage BEGIN SELECT 1; END",
    ])
    func `tells of a schema that was changed, and nobody starts on it`(_ sql: String) throws {
        let store = try TestStore()
        _ = try Context.open(store.context.settings, store.world.environment)
        try Thief(path: store.context.database.path, keepsRules: true).run(sql)
        #expect(try store.context.verify().faults.map(\.table) == ["schema"])
        #expect(throws: SchemaRefusal.changed) {
            _ = try Context.open(store.context.settings, store.world.environment)
        }
    }

    @Test func `names a damaged page, and reads no further`() async throws {
        let o = try await Outlet()
        _ = try o.context.adjust(o.user, by: Cents(5), note: "unmistakable", actor: "test")
        try o.context.database.checkpoint()
        let path = o.context.database.path
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: Data("unmistakable".utf8))).lowerBound
        bytes[place / 4_096 * 4_096 + 7] ^= 1  // The page's own count of bytes that it does not use.
        try bytes.write(to: URL(fileURLWithPath: path))
        let faults = try o.store.anotherContext().verify().faults
        #expect(!faults.isEmpty && faults.allSatisfy { $0.table == "file" }, "\(faults)")
    }

    @Test func `compares an index with its table when it is asked for everything`() async throws {
        let o = try await Outlet()
        _ = try o.context.addUser(email: "zoe@example.org")
        try o.context.database.checkpoint()
        let path = o.context.database.path
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        var places: [Range<Data.Index>] = []
        while let next = sound.range(
            of: Data("zoe@".utf8), in: (places.last?.upperBound ?? sound.startIndex)..<sound.endIndex)
        { places.append(next) }
        // One of these is the entry of the index over addresses, or the row that it names.
        let found = try places.filter { place in
            var changed = sound
            changed[place.lowerBound] = UInt8(ascii: "y")
            try changed.write(to: URL(fileURLWithPath: path))
            let context = try o.store.anotherContext()
            return try context.verify().isSound
                && context.verify(pages: .full).faults.map(\.table).contains("file")
        }
        #expect(!found.isEmpty, "\(places.count) places")
    }

    @Test func `holds up no writer and no checkpoint`() async throws {
        let o = try await Outlet()
        let other = try o.store.anotherContext()
        try o.context.database.read { session in
            _ = try session.rows("SELECT COUNT(*) AS rows FROM ledger_entry")  // The snapshot is taken.
            let start = ContinuousClock.now
            _ = try other.adjust(o.user, by: Cents(5), note: "meanwhile", actor: "test")
            try other.database.checkpoint()
            _ = try other.adjust(o.user, by: Cents(-5), note: "meanwhile", actor: "test")
            #expect(ContinuousClock.now - start < .seconds(5))
        }
        #expect(try o.context.verify().isSound)
    }
}
