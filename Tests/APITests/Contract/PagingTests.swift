import Domain
import HTTP
import JSON
import Testing

@testable import API

@Suite struct `Pages` {
    /// Reads all pages of a list, and lets `between` happen after each. Answers what `field` says of every row.
    private func rows(
        _ o: Outlet, _ path: String, _ list: String, as renter: Outlet.Renter, between: () throws -> Void
    ) throws -> [JSON] {
        var rows: [JSON] = []
        var cursor: String?
        repeat {
            let query = [("pageSize", "2")] + (cursor.map { [("cursor", $0)] } ?? [])
            let page = o.get(path, as: renter, query: query)
            try #require(page.status == 200)
            #expect(page.json[list].items.count <= 2)
            rows += page.json[list].items
            cursor = page.json["nextCursor"].text
            if cursor != nil { try between() }
        } while cursor != nil
        return rows
    }

    @Test func `of rentals show each that was there once, newest first, while rentals are added`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let there = try (0..<5).map { _ in try o.launch(ada).text }
        let seen = try rows(o, "/v1/rentals", "rentals", as: ada) { _ = try o.launch(ada) }
        #expect(seen.compactMap { $0["id"].text } == there.reversed())
    }

    @Test func `of the ledger join without a gap while lines are added`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        for _ in 0..<2 { _ = try o.context.stop(o.launch(ada), by: ada.id) }
        let newest = o.get("/v1/billing/ledger", as: ada).json["entries"].items.first?["id"]
        let seen = try rows(o, "/v1/billing/ledger", "entries", as: ada) {
            _ = try o.context.adjust(ada.id, by: Cents(1), note: "more", actor: "test")
        }
        #expect(seen.count == 5 && seen.first?["id"] == newest)
        for (line, older) in zip(seen, seen.dropFirst() + [.null]) {
            let before = older["balanceAfterCents"].integer ?? 0
            #expect(line["balanceAfterCents"].integer == before + (line["amountCents"].integer ?? 0))
        }
    }

    @Test func `of listings show each that stays once, cheapest first, while offers come and go`() throws {
        let o = try Outlet(prices: [280, 250, 300, 250, 310])
        let ada = try o.renter()
        var cheaper: Int64 = 200
        let seen = try rows(o, "/v1/catalog/listings", "listings", as: ada) {
            try o.offer(at: cheaper)
            cheaper -= 1
        }
        #expect(seen.compactMap { $0["pricePerHourCents"].integer } == [250, 250, 280, 300, 310])
        #expect(Set(seen.map { $0["id"] }).count == 5)
    }

    @Test(arguments: ["/v1/rentals", "/v1/billing/ledger", "/v1/catalog/listings"])
    func `need a cursor that is whole, and of this list`(path: String) throws {
        let o = try Outlet(prices: [280, 290])
        let ada = try o.renter()
        for _ in 0..<2 { _ = try o.launch(ada) }
        let cursors = ["/v1/rentals", "/v1/billing/ledger", "/v1/catalog/listings"].map { path in
            (path, o.get(path, as: ada, query: [("pageSize", "1")]).json["nextCursor"].text ?? "")
        }
        let own = try #require(cursors.first { $0.0 == path }?.1)
        #expect(o.get(path, as: ada, query: [("cursor", own)]).status == 200)
        let spoiled = [
            "x", "-1", "0", "+1", "1.5", "é", "99999999999999999999", " \(own)", own + "!", "0" + own,
        ]
        for cursor in spoiled + cursors.filter({ $0.0 != path }).map(\.1) {
            let reply = o.get(path, as: ada, query: [("cursor", cursor)])
            #expect(reply.status == 400 && reply.details.names == ["cursor"], "\(cursor)")
            #expect(reply.error == "validation_failed")
        }
        for size in ["0", "201", "x"] {
            let reply = o.get(path, as: ada, query: [("pageSize", size)])
            #expect(reply.status == 400 && reply.details.names == ["pageSize"])
        }
    }
}

@Suite struct `The ledger as CSV` {
    @Test func `has all that the pages have, however it is asked for`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let rental = try o.launchRunning(ada)
        o.store.clock.advance(by: Seconds(100))
        _ = try o.context.stop(rental, by: ada.id)
        _ = try o.context.adjust(ada.id, by: Cents(5), note: "=1+1, \"x\"\nnext", actor: "test")
        let asked = o.get("/v1/billing/ledger", as: ada, headers: ["accept": ["text/html, text/csv;q=0.5"]])
        #expect(asked[header: "Content-Type"] == "text/csv; charset=utf-8; header=present")
        #expect(asked[header: "Cache-Control"] == "no-store" && asked.remaining != nil)
        #expect(o.get("/v1/billing/ledger", as: ada, query: [("format", "csv")]).text == asked.text)

        let entries = o.get("/v1/billing/ledger", as: ada, headers: ["accept": ["*/*"]]).json["entries"].items
        let lines = asked.text.replacing("\nnext", with: " next").split(separator: "\r\n").map(String.init)
        #expect(lines.first == LedgerCSV.columns.joined(separator: ","))
        #expect(lines.count == entries.count + 1)
        for (line, entry) in zip(lines.dropFirst(), entries) {
            #expect(entry.names == LedgerCSV.columns)
            let cells = line.split(separator: ",", maxSplits: 14, omittingEmptySubsequences: false)
            for (cell, name) in zip(cells, LedgerCSV.columns).dropLast() {
                #expect(String(cell) == entry[name].text ?? entry[name].integer.map(String.init) ?? "")
            }
        }
        #expect(lines[1].hasSuffix(#","'=1+1, ""x"" next","#))
    }

    @Test func `filters as the pages do`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        _ = try o.launch(ada)
        let query = [("format", "csv"), ("type", "hold")]
        #expect(o.get("/v1/billing/ledger", as: ada, query: query).text.split(separator: "\r\n").count == 2)
        let wrong = o.get("/v1/billing/ledger", as: ada, query: [("format", "csv"), ("type", "gift")])
        #expect(wrong.status == 400 && wrong.details.names == ["type"])
    }

    @Test func `comes in pieces, and lines posted meanwhile are in none`() throws {
        let o = try Outlet()
        let ada = try o.renter(wallet: 0)
        func deposit() throws {
            _ = try o.context.adjust(ada.id, by: Cents(1), note: "one", actor: "test")
        }
        for _ in 0..<1_000 { try deposit() }
        let response = o.application.respond(
            to: .success(
                request(
                    .get, "/v1/billing/ledger", query: [("format", "csv")],
                    headers: ["cookie": ["sid=\(ada.sid)"]])), in: o.context)
        guard case .chunks(let next) = response.body else {
            Issue.record("it came in one piece")
            return
        }
        var pieces: [Int] = []
        var text = ""
        while let piece = try next() {
            pieces.append(String(decoding: piece, as: UTF8.self).split(separator: "\r\n").count)
            text += String(decoding: piece, as: UTF8.self)
            try deposit()
        }
        #expect(pieces == [501, 500, 0])
        let balances = text.split(separator: "\r\n").dropFirst().map { $0.split(separator: ",")[4] }
        #expect(balances == (1...1_000).reversed().map { "\($0)" })
    }
}
