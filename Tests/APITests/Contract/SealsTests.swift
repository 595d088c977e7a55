import Domain
import Storage
import Testing

@testable import API

@Suite struct `Daily roots` {
    @Test func `are the same for every renter, newest first, page by page`() throws {
        let o = try Outlet()
        let (ada, eve) = (try o.renter("ada"), try o.renter("eve"))
        for _ in 0..<3 {
            _ = try o.context.adjust(ada.id, by: Cents(1), note: "daily", actor: "test")
            _ = try o.context.database.write { try $0.sealRows(atMost: 1_000, at: o.context.stamp(in: $0)) }
            o.store.clock.advance(by: Seconds(86_400))
        }
        let all = o.get("/v1/billing/seals", as: ada).json
        #expect(all["seals"].items.map { $0["day"].text } == ["2026-06-03", "2026-06-02", "2026-06-01"])
        #expect(all["seals"].items.allSatisfy { $0["root"].text?.wholeMatch(of: /[0-9a-f]{64}/) != nil })
        #expect(o.get("/v1/billing/seals", as: eve).text == o.get("/v1/billing/seals", as: ada).text)
        let first = o.get("/v1/billing/seals", as: ada, query: [("pageSize", "2")]).json
        let next = try #require(first["nextCursor"].text)
        let second = o.get("/v1/billing/seals", as: ada, query: [("cursor", next), ("pageSize", "2")]).json
        #expect(
            (first["seals"].items + second["seals"].items).map { $0["root"].text }
                == all["seals"].items.map { $0["root"].text })
        #expect(second["nextCursor"] == .null)
        #expect(o.get("/v1/billing/seals", as: ada, query: [("cursor", "x")]).status == 400)
    }

    @Test func `stand on the lines that they lie over`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        _ = try o.context.database.write { try $0.sealRows(atMost: 1_000, at: o.context.stamp(in: $0)) }
        _ = try o.context.adjust(ada.id, by: Cents(1), note: "later", actor: "test")
        let entries = o.get("/v1/billing/ledger", as: ada).json["entries"].items
        let root = o.get("/v1/billing/seals", as: ada).json["seals"].items.first?["root"]
        #expect(entries.first?["seal"] == .null)
        #expect(entries.last?["seal"] == root && root != nil)
    }
}
