import Domain
import Operations
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct `Seals` {
    @Test func `are made once an hour, when there is something to seal`() async throws {
        let o = try await Outlet()
        let count = { try o.context.verify().sealsChecked }
        #expect(try count() == 1)  // At the first tick; the clock stands at a full hour.
        _ = try o.context.adjust(o.user, by: Cents(5), note: "later", actor: "test")
        o.pass(3_599)
        try await o.meter.tick()
        #expect(try count() == 1)
        o.pass(1)
        try await o.meter.tick()
        #expect(try count() == 2)
        o.pass(7_200)
        try await o.meter.tick()
        #expect(try count() == 2)
    }

    @Test func `lie over every row, and a long history is sealed piece by piece`() async throws {
        let o = try await Outlet(wallet: 0)
        for _ in 0..<7 { _ = try o.context.adjust(o.user, by: Cents(1), note: "one", actor: "test") }
        var sealed: [Int] = []
        while true {
            let count = try o.context.database.write {
                try $0.sealRows(atMost: 5, at: o.context.stamp(in: $0))
            }
            guard count > 0 else { break }
            sealed.append(count)
        }
        #expect(sealed == [5, 5, 4])  // 7 transfers and 7 lines; the accounts are under the first one.
        #expect(try o.context.verify().faults == [])
        let rows = try o.context.ledgerRows(of: o.user, filter: LedgerFilter(), before: nil, limit: 9)
        #expect(rows.allSatisfy { $0.seal?.count == 32 } && Set(rows.map(\.seal)).count == 2)
    }

    @Test func `make one root a day, which stays when the day is over`() async throws {
        let o = try await Outlet()
        for _ in 0..<60 {
            _ = try o.context.adjust(o.user, by: Cents(1), note: "hourly", actor: "test")
            o.pass(3_600)
            try await o.meter.tick()
        }
        let all = try o.context.dayRoots(cursor: nil, pageSize: 9)
        #expect(all.next == nil)
        #expect(all.items.map(\.day.iso8601) == ["03", "02", "01"].map { "2026-06-\($0)T00:00:00Z" })
        #expect(all.items.map(\.isFinal) == [false, true, true])
        #expect(Set(all.items.map(\.root)).count == 3)
        let first = try o.context.dayRoots(cursor: nil, pageSize: 2)
        let second = try o.context.dayRoots(cursor: first.next, pageSize: 2)
        #expect((first.items + second.items).map(\.root) == all.items.map(\.root) && second.next == nil)
        _ = try o.context.adjust(o.user, by: Cents(1), note: "later", actor: "test")
        o.pass(3_600)
        try await o.meter.tick()
        let later = try o.context.dayRoots(cursor: nil, pageSize: 9).items
        #expect(later.dropFirst().map(\.root) == all.items.dropFirst().map(\.root))
        #expect(later[0].root != all.items[0].root)
    }

    @Test func `that were taken away are missed`() async throws {
        let o = try await Outlet()
        _ = try o.context.adjust(o.user, by: Cents(5), note: "sealed", actor: "test")
        o.pass(3_600)
        try await o.meter.tick()
        let thief = try Thief(path: o.context.database.path, keepsRules: false)
        try thief.dropGuards()
        try thief.run("DELETE FROM seal WHERE id = 2")
        let fault = try o.context.verify().faults.last
        #expect(fault?.table == "seal" && fault?.row == "2", "\(fault?.description ?? "none")")
    }

    @Test(arguments: ["x", "2026-06-31", "2026-06-01T00:00:00Z", "5"])
    func `refuse a cursor that is none`(_ cursor: String) throws {
        let context = try TestStore().context
        #expect(throws: CursorRefusal.self) { try context.dayRoots(cursor: cursor, pageSize: 5) }
    }
}
