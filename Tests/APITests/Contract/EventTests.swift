import Domain
import HTTP
import JSON
import Operations
import Testing

@testable import API

@Suite struct `One's own events` {
    private func events(_ o: Outlet, _ renter: Outlet.Renter, _ query: [(String, String)] = []) -> [JSON] {
        o.get("/v1/events", as: renter, query: query.map { (name: $0.0, value: $0.1) }).json["events"].items
    }

    @Test func `say who did what, from where and by which request, newest first`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let launched = o.post("/v1/rentals", #"{"familyId":"h100-80gb","gpuCount":1}"#, as: ada)
        let id = launched.json["id"]
        _ = o.post("/v1/rentals/\(id.text ?? "")/stop", as: ada)
        let newest = events(o, ada)
        #expect(newest.prefix(2).map { $0["type"].text } == ["rental.stopping", "rental.launched"])
        for event in newest.prefix(2) {
            #expect(event["actor"].text == "user" && event["address"].text == "192.0.2.1")
            #expect(event["requestId"].text == "0123456789abcdef" && event["rentalId"] == id)
            #expect(event["at"].text == "2026-06-01T00:00:00Z")
        }
        #expect(newest.contains { $0["type"].text == "wallet.adjusted" && $0["actor"].text == "test" })
    }

    @Test func `tell of every write, by its request`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let link = try o.context.createSignInLink(for: ada.id, validFor: .hour).token
        let rental = try o.launch(ada)
        let (key, token) = (try o.context.sshKeys(of: ada.id)[0].id, try o.token(of: ada).id)
        let before = events(o, ada).count
        let writes: [(Request.Method, String, String, String)] = [
            (.post, "/v1/auth/link", #"{"token":"\#(link)"}"#, "session.created"),
            (.post, "/v1/ssh-keys", #"{"name":"b","publicKey":"\#(PublicKeys.other)"}"#, "key.added"),
            (.post, "/v1/rentals", #"{"familyId":"h100-80gb","gpuCount":1}"#, "rental.launched"),
            (.post, "/v1/rentals/\(rental)/stop", "", "rental.stopping"),
            (.delete, "/v1/ssh-keys/\(key)", "", "key.deleted"),
            (.post, "/v1/tokens", #"{"name":"a","scopes":["read"]}"#, "token.created"),
            (.delete, "/v1/tokens/\(token)", "", "token.revoked"),
            (.put, "/v1/billing/limits", #"{"maxPods":1}"#, "limits.changed"),
            (.post, "/v1/auth/logout", "", "session.ended"),
        ]
        for (method, path, body, type) in writes {  // Whoever signs in does so from elsewhere.
            let renter = type == "session.created" ? nil : ada
            #expect(o.send(method, path, as: renter, body: body).status == 200, "\(path)")
        }
        let told = events(o, try o.signIn(ada.id)).reversed().dropFirst(before).prefix(writes.count)
        #expect(told.map { $0["type"].text } == writes.map(\.3))
        for event in told {
            #expect(event["actor"].text == "user" && event["address"].text == "192.0.2.1")
            #expect(event["requestId"].text == "0123456789abcdef")
        }
    }

    @Test func `can be filtered by type, rental and time`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let (first, second) = (try o.launch(ada), try o.launch(ada))
        o.store.clock.advance(by: .hour)
        _ = try o.context.stop(first, by: ada.id)
        #expect(events(o, ada, [("type", "rental")]).count == 3)
        #expect(events(o, ada, [("type", "rental.launched")]).count == 2)
        #expect(events(o, ada, [("type", "rent")]).isEmpty && events(o, ada, [("type", "_")]).isEmpty)
        #expect(events(o, ada, [("rentalId", second.text)]).count == 1)
        #expect(
            events(o, ada, [("from", "2026-06-01T01:00:00Z")]).map { $0["type"].text } == ["rental.stopping"])
        #expect(events(o, ada, [("type", "rental"), ("to", "2026-06-01T01:00:00Z")]).count == 2)
        let wrong = o.get("/v1/events", as: ada, query: [("rentalId", "x")])
        #expect(wrong.status == 400 && wrong.details.names == ["rentalId"])
    }

    @Test func `are one's own, page by page`() throws {
        let o = try Outlet()
        let (ada, eve) = (try o.renter("ada"), try o.renter("eve"))
        _ = try o.launch(ada)
        let all = events(o, ada).map { $0["id"].text }
        #expect(Set(all).isDisjoint(with: events(o, eve).map { $0["id"].text }) && all.count > 3)
        var paged: [String?] = []
        var cursor: String?
        repeat {
            let page = o.get(
                "/v1/events", as: ada, query: [("pageSize", "2")] + (cursor.map { [("cursor", $0)] } ?? []))
            paged += page.json["events"].items.map { $0["id"].text }
            cursor = page.json["nextCursor"].text
            if paged.count == 2 { _ = try o.launch(ada) }  // Newer than all that is still to be read.
        } while cursor != nil
        #expect(paged == all)
        for spoiled in [events(o, eve)[0]["id"].text ?? "", "x", "evt_00000000000000000000000000"] {
            #expect(o.get("/v1/events", as: ada, query: [("cursor", spoiled)]).details.names == ["cursor"])
        }
    }
}
