import Domain
import JSON
import Testing

@testable import API
@testable import Storage

@Suite struct `A full disk` {
    private func token(_ number: Int) -> String { #"{"name":"token \#(number)","scopes":["read"]}"# }

    @Test(arguments: [true, false])
    func `is answered with 503, undoes nothing else, and lets everybody read`(hasKey: Bool) throws {
        let o = try Outlet()
        let ada = try o.renter()
        func make(_ number: Int) -> Reply {
            o.post("/v1/tokens", token(number), as: ada, key: hasKey ? "key \(number)" : nil)
        }
        try o.context.database.letGrow(false)
        var made: [JSON] = []
        var refused: Reply?
        while refused == nil, made.count < 100 {
            let reply = make(made.count)
            if reply.status == 200 { made.append(reply.json["id"]) } else { refused = reply }
        }
        let reply = try #require(refused)
        #expect(reply.status == 503 && reply.error == "storage_full", "\(made.count) made: \(reply.text)")
        #expect(reply[header: "Retry-After"] == "60" && reply.remaining != nil)

        o.store.clock.advance(by: .hour)  // A visit would be written down now.
        #expect(o.get("/v1/tokens", as: ada).json["tokens"].items.map { $0["id"] } == made.reversed())
        #expect(o.get("/v1/billing/balance", as: ada).status == 200)
        #expect(try o.context.verify(pages: .full).isSound)

        try o.context.database.letGrow(true)
        let again = make(made.count)
        #expect(again.status == 200 && again[header: "Idempotency-Replayed"] == nil)
    }

    @Test func `counts no requests`() throws {
        let o = try Outlet()
        try o.context.ephemeral.letGrow(false)
        func subject(_ number: Int) -> String { "\(number)" + String(repeating: "x", count: 200) }
        let count = 200
        for number in 0..<count {
            #expect(try o.context.countRequest(by: subject(number), tenths: 10).allowed)
        }
        let last = try o.context.ephemeral.read {
            try $0.requestCount(of: subject(count - 1), window: .hour)
        }
        #expect(last == nil)
    }
}

extension Database {
    /// False: no page is added to its file, which to SQLite is a full disk.
    fileprivate func letGrow(_ mayGrow: Bool) throws {
        try withoutGuard { try $0.execute(sql: "PRAGMA max_page_count = \(mayGrow ? 1_000_000 : 1)") }
    }
}
