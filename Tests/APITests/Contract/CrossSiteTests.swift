import Configuration
import Domain
import HTTP
import Operations
import Storage
import Testing

@testable import API

/// Every write route of the table, by every kind of caller's headers, through the whole application.
@Suite struct `A write with a cookie` {
    private static let own = "https://gpu.example.org"
    private static let extra = "https://app.example.net"

    private func outlet() throws -> Outlet {
        try Outlet {
            $0.publicURL = Self.own
            $0.allowedOrigins = [Self.extra]
        }
    }

    @Test(
        arguments: [
            ([:], nil),  // No browser.
            (["origin": [own]], nil), (["sec-fetch-site": ["same-origin"]], nil),
            (["sec-fetch-site": ["none"]], nil),
            (["origin": [own], "sec-fetch-site": ["same-origin"]], nil),
            (["origin": [extra]], nil), (["origin": [extra], "sec-fetch-site": ["cross-site"]], nil),
            (["origin": ["https://evil.example"]], 403), (["origin": ["null"]], 403), (["origin": [""]], 403),
            (["origin": ["http://gpu.example.org"]], 403), (["origin": ["\(own):8443"]], 403),
            (["origin": ["\(own).evil.example"]], 403), (["origin": ["https://evil.example#\(own)"]], 403),
            (["sec-fetch-site": ["cross-site"]], 403), (["sec-fetch-site": ["same-site"]], 403),
            (["sec-fetch-site": ["Same-Origin"]], 403), (["sec-fetch-site": [""]], 403),
            (["origin": [own], "sec-fetch-site": ["cross-site"]], 403),
            (["origin": ["https://evil.example"], "sec-fetch-site": ["same-origin"]], 403),
            (["origin": ["\(own) \(own)"]], 403), (["origin": ["\(own), \(own)"]], 403),
            (["origin": [own, own]], 400), (["origin": [own, "https://evil.example"]], 400),
            (["sec-fetch-site": ["same-origin", "same-origin"]], 400),
            (["origin": [own], "sec-fetch-site": ["none", "same-origin"]], 400),
        ] as [([String: [String]], Int?)])
    func `is done only for a page of this outlet`(headers: [String: [String]], refusal: Int?) throws {
        let o = try outlet()
        let ada = try o.renter()
        let before = try o.dump()
        for route in routes where ![.get, .head].contains(route.method) && route.access != .signed {
            let caller = refusal == nil ? try o.signIn(ada.id) : ada  // Some routes end the session.
            let reply = o.send(route.method, route.samplePath, as: caller, headers: headers)
            if let refusal {
                #expect(reply.status == refusal, "\(route.method) \(route.pattern)")
                #expect(reply.error == (refusal == 403 ? "forbidden" : "validation_failed"))
            } else {
                #expect(reply.status != 401, "\(route.method) \(route.pattern)")
                #expect(!reply.text.contains("page of this outlet"), "\(route.method) \(route.pattern)")
            }
        }
        if refusal != nil { #expect(try o.dump() == before) }
    }
}

@Suite struct `A read` {
    @Test func `changes no row, of whomever it is asked`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let rental = try o.launchRunning(ada)
        try o.context.requestSignInCode(for: EmailAddress("ada@example.org")!, from: "192.0.2.1")
        o.store.clock.advance(by: Seconds(90))
        let before = try o.dump()
        #expect(before.count > 30)
        for route in routes where route.method == .get {
            let path = route.pattern.description.replacing("{id}", with: rental.text)
            for method in [Request.Method.get, .head, .options] {
                for renter in [nil, ada] { _ = o.send(method, path, as: renter) }
                _ = o.send(method, path, headers: ["cookie": ["sid=x"]])
            }
        }
        #expect(try o.dump() == before)
    }

    @Test func `after an hour moves the time of its own session, and nothing else`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let before = try o.dump()
        o.store.clock.advance(by: .hour)
        for route in routes where route.method == .get { _ = o.get(route.samplePath, as: ada) }
        let changed = try o.dump().filter { !before.contains($0) }
        #expect(changed.count == 1 && changed.allSatisfy { $0.hasPrefix("sign_in ") })
    }
}

extension Outlet {
    /// Every row of the books as text.
    func dump() throws -> [String] {
        try context.database.read { session in
            let tables = try session.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            return try tables.map { $0.text("name") }.flatMap { table in
                try session.rows(SQL(stringLiteral: "SELECT * FROM \"\(table)\"")).map { row in
                    "\(table) "
                        + row.named.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(
                            separator: " ")
                }.sorted()
            }
        }
    }
}
