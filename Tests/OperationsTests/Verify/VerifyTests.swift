import Domain
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
