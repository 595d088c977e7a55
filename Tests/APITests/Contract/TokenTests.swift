import Configuration
import Domain
import Foundation
import HTTP
import Operations
import Testing

@testable import API

@Suite struct `A personal token` {
    private let sound = #"{"name":"ci","scopes":["rent","read"],"expiresInDays":30}"#

    private func bearer(_ secret: String) -> [String: [String]] { ["authorization": ["Bearer \(secret)"]] }

    @Test func `is told once, and listed without its secret`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let made = o.post("/v1/tokens", sound, as: ada)
        #expect(made.status == 200)
        let secret = try #require(made.json["token"].text)
        #expect(secret.wholeMatch(of: #/gpo_[A-Za-z0-9_-]{43}/#) != nil)
        #expect(made.json["scopes"] == .array([.string("read"), .string("rent")]))
        #expect(made.json["expiresAt"].text == "2026-07-01T00:00:00Z" && made.json["lastUsedAt"] == .null)
        let list = o.get("/v1/tokens", as: ada)
        #expect(list.json["tokens"].items.map { $0["id"] } == [made.json["id"]])
        #expect(
            list.json["tokens"].items[0].names
                == ["id", "name", "scopes", "createdAt", "expiresAt", "lastUsedAt", "lastUsedFrom"])
        #expect(!list.text.contains(secret) && !o.get("/v1/events", as: ada).text.contains(secret))
    }

    @Test func `is nowhere in the database, also when it was made with an Idempotency-Key`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let made = o.post("/v1/tokens", sound, as: ada, key: "k")
        let secret = try #require(made.json["token"].text)
        let again = o.post("/v1/tokens", sound, as: ada, key: "k")
        #expect(again.json["token"] == .null && again.json["id"] == made.json["id"])
        #expect(again[header: "Idempotency-Replayed"] == "true")
        #expect(o.get("/v1/tokens", as: ada).json["tokens"].items.count == 1)
        for file in try FileManager.default.contentsOfDirectory(atPath: o.store.folder.path) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: o.store.folder[file]))
            #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file)")
        }
    }

    @Test func `signs in without a cookie, whatever page sends it`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let (secret, id) = try o.token(of: ada)
        let me = o.get("/v1/auth/me", headers: bearer(secret))
        #expect(me.status == 200 && me.json["user"]["email"].text == "ada@example.org")
        #expect(me.json["expiresAt"] == .null && me.json["scopes"].items.count == 3)
        #expect(me[header: "Set-Cookie"] == nil)
        var headers = bearer(secret)
        headers["origin"] = ["https://evil.example"]
        headers["idempotency-key"] = ["k"]
        let body = #"{"familyId":"h100-80gb","gpuCount":1}"#
        let launched = o.send(.post, "/v1/rentals", headers: headers, body: body)
        #expect(launched.status == 200)
        #expect(o.send(.post, "/v1/rentals", headers: headers, body: body).text == launched.text)
        let event = o.get("/v1/events", as: ada, query: [("type", "rental.launched")]).json["events"].items[0]
        #expect(event["actor"].text == "token:\(id)" && event["address"].text == "192.0.2.1")
    }

    @Test func `goes before a cookie`() throws {
        let o = try Outlet()
        let (ada, eve) = (try o.renter("ada"), try o.renter("eve"))
        let secret = try o.token(of: ada).secret
        let me = o.get("/v1/auth/me", as: eve, headers: bearer(secret))
        #expect(me.json["user"]["email"].text == "ada@example.org")
        #expect(o.get("/v1/auth/me", as: eve, headers: bearer("gpo_x")).status == 401)
    }

    @Test func `notes its use at most once a minute`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let secret = try o.token(of: ada).secret
        func lastUse() -> String? {
            let token = o.get("/v1/tokens", as: ada).json["tokens"].items[0]
            #expect(token["lastUsedFrom"].text == (token["lastUsedAt"].text == nil ? nil : "192.0.2.1"))
            return token["lastUsedAt"].text
        }
        #expect(lastUse() == nil)
        for (wait, expected) in [(0, "00:00:00"), (59, "00:00:00"), (1, "00:01:00"), (30, "00:01:00")] {
            o.store.clock.advance(by: Seconds(Int64(wait)))
            #expect(o.get("/v1/auth/me", headers: bearer(secret)).status == 200)
            #expect(lastUse() == "2026-06-01T\(expected)Z")
        }
    }

    @Test func `works until it expires, is revoked, or its account is closed`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let (short, revoked, last) = (
            try o.token(of: ada, validFor: .hour), try o.token(of: ada), try o.token(of: ada)
        )
        func status(_ token: (secret: String, id: ID<AccessToken>)) -> Int {
            let reply = o.get("/v1/auth/me", headers: bearer(token.secret))
            #expect(
                reply.status == 200 || reply[header: "WWW-Authenticate"]?.contains("invalid_token") == true)
            return reply.status
        }
        o.store.clock.advance(by: Seconds(3_599))
        #expect([short, revoked, last].map(status) == [200, 200, 200])
        o.store.clock.advance(by: Seconds(1))
        #expect(o.send(.delete, "/v1/tokens/\(revoked.id)", as: ada).json["ok"] == .bool(true))
        #expect(o.send(.delete, "/v1/tokens/\(revoked.id)", as: ada).status == 404)
        #expect([short, revoked, last].map(status) == [401, 401, 200])
        try o.context.closeUser(ada.id)
        #expect(status(last) == 401)
    }

    @Test(arguments: ["", "gpo_", "gpo_x", "Gpo", "gpo_" + String(repeating: "A", count: 43), "é", " x"])
    func `that nobody made lets nobody in, also where anyone is let in`(secret: String) throws {
        let o = try Outlet()
        for path in ["/v1/auth/me", "/v1/catalog/families"] {
            #expect(o.get(path, headers: bearer(secret)).status == 401)
        }
        #expect(o.get("/v1/catalog/families", headers: ["authorization": ["Bearer"]]).status == 401)
        #expect(o.get("/v1/catalog/families", headers: ["authorization": ["Basic eDp5"]]).status == 200)
        let two = ["authorization": ["Bearer a", "Bearer b"]]
        #expect(o.get("/v1/catalog/families", headers: two).status == 400)
    }

    @Test(arguments: [
        (#"{"scopes":["read"]}"#, "name"), (#"{"name":" ","scopes":["read"]}"#, "name"),
        (#"{"name":"a"}"#, "scopes"), (#"{"name":"a","scopes":[]}"#, "scopes"),
        (#"{"name":"a","scopes":["admin"]}"#, "scopes"),
        (#"{"name":"a","scopes":["read","read"]}"#, "scopes"),
        (#"{"name":"a","scopes":"read"}"#, "scopes"), (#"{"name":"a","scopes":[1]}"#, "scopes"),
        (#"{"name":"a","scopes":["read"],"expiresInDays":0}"#, "expiresInDays"),
        (#"{"name":"a","scopes":["read"],"expiresInDays":3651}"#, "expiresInDays"),
    ])
    func `has a name, scopes and perhaps an end`(body: String, field: String) throws {
        let o = try Outlet()
        let reply = o.post("/v1/tokens", body, as: try o.renter())
        #expect(reply.status == 400 && reply.error == "validation_failed" && reply.details.names == [field])
    }

    @Test func `has limits of its own, and is one of a hundred at most`() throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 1))
        let ada = try o.renter()
        let tokens = try (0..<100).map { _ in try o.token(of: ada) }
        for token in tokens.prefix(2) {
            #expect(o.get("/v1/auth/me", headers: bearer(token.secret)).status == 200)
            #expect(o.get("/v1/auth/me", headers: bearer(token.secret)).status == 429)
        }
        #expect(o.post("/v1/tokens", sound, as: ada).status == 400)
    }
}
