import Configuration
import Testing

@testable import API

@Suite struct `An ETag` {
    private static let paths = [
        "/v1/catalog/listings", "/v1/catalog/facets", "/v1/catalog/families", "/v1/catalog/templates",
        "/v1/catalog/price-history",
        "/v1/rentals", "/v1/billing/balance",
    ]

    @Test(arguments: paths)
    func `that the caller has is answered 304, without body`(path: String) throws {
        let o = try Outlet()
        let ada = try o.renter()
        let first = o.get(path, as: ada)
        let tag = try #require(first[header: "ETag"])
        #expect(first.status == 200 && !first.text.isEmpty)
        for known in [tag, String(tag.dropFirst(2)), "\"x\", \(tag)", "*"] {
            let reply = o.get(path, as: ada, headers: ["if-none-match": [known]])
            #expect(reply.status == 304 && reply.text.isEmpty, "\(known)")
            #expect(reply[header: "ETag"] == tag && reply[header: "Content-Type"] == nil)
            #expect(reply[header: "Cache-Control"] == first[header: "Cache-Control"])
        }
        #expect(o.get(path, as: ada, headers: ["if-none-match": ["\"x\""]]).status == 200)
    }

    @Test(arguments: paths)
    func `counts a tenth when it holds, and whole when it does not`(path: String) throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 10))
        let ada = try o.renter()
        let tag = try #require(o.get(path, as: ada)[header: "ETag"])
        for _ in 0..<9 { _ = o.get(path, as: ada, headers: ["if-none-match": [tag]]) }
        #expect(o.get(path, as: ada, headers: ["if-none-match": [tag]]).remaining == 8)
        #expect(o.get(path, as: ada, headers: ["if-none-match": ["\"x\""]]).remaining == 7)
    }

    @Test func `that no longer holds does not get round the limit`() throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 1))
        let ada = try o.renter()
        let path = "/v1/billing/balance"
        let tag = try #require(o.get(path)[header: "ETag"] ?? o.get(path, as: ada)[header: "ETag"])
        #expect(o.get(path, as: ada, headers: ["if-none-match": [tag]]).status == 429)
        let eve = try o.renter("eve")
        #expect(o.get(path, as: eve, headers: ["if-none-match": ["*"]]).status == 304)
        let reply = o.get(path, as: eve, headers: ["if-none-match": ["\"x\""]])
        #expect(reply.status == 429 && reply.error == "rate_limited" && reply.remaining == 0)
    }

    @Test func `of the catalog changes with the catalog, and is the same after a new start`() throws {
        let o = try Outlet()
        let path = "/v1/catalog/listings"
        let tag = try #require(o.get(path)[header: "ETag"])
        let known = ["if-none-match": [tag]]
        #expect(o.get(path, headers: known).status == 304)
        try o.offer(at: 270)
        #expect(o.get(path, headers: known).status == 200)
    }

    @Test func `of the rentals changes with a launch and a stop`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        func tag() -> String? { o.get("/v1/rentals", as: ada)[header: "ETag"] }
        let before = tag()
        let rental = try o.launch(ada)
        let launched = tag()
        _ = try o.context.stop(rental, by: ada.id)
        #expect(Set([before, launched, tag()]).count == 3)
    }

    @Test func `of the balance holds while no figure moves`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        func status(_ tag: String?) -> Int {
            o.get("/v1/billing/balance", as: ada, headers: ["if-none-match": [tag ?? ""]]).status
        }
        let idle = o.get("/v1/billing/balance", as: ada)[header: "ETag"]
        o.store.clock.advance(by: .minute)
        #expect(status(idle) == 304)
        try o.reportMeter()
        _ = try o.launchRunning(ada)
        let running = o.get("/v1/billing/balance", as: ada)[header: "ETag"]
        #expect(running != idle && status(running) == 304)
        o.store.clock.advance(by: .minute)
        #expect(status(running) == 200)
    }

    @Test func `is asked for in vain where there is none, and never hides a refusal`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        #expect(o.get("/v1/auth/me", as: ada, headers: ["if-none-match": ["*"]]).status == 200)
        let spoiled = o.get(
            "/v1/rentals", as: ada, query: [("pageSize", "0")], headers: ["if-none-match": ["*"]])
        #expect(spoiled.status == 400 && spoiled[header: "ETag"] == nil)
    }
}
