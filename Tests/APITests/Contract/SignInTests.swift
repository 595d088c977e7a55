import Domain
import HTTP
import Operations
import Storage
import Testing

@testable import API

@Suite struct `Signing in by mail` {
    let o: Outlet
    init() throws { o = try Outlet() }

    /// Asks for a code and reads it in the letter.
    private func code(_ email: String) throws -> String {
        let reply = o.post("/v1/auth/request-code", #"{"email":"\#(email)","intent":"login"}"#)
        #expect(reply.status == 200 && reply.text == #"{"ok":true}"#)
        let row = try o.context.database.read {
            try $0.row("SELECT recipient, message FROM mail ORDER BY id DESC LIMIT 1")!
        }
        let letter = o.context.environment.secretKey.open(
            row.blob("message"), for: .mail, context: row.text("recipient"))
        let text = String(decoding: try #require(letter), as: UTF8.self)
        return String(try #require(text.firstMatch(of: /Subject: ([0-9]{6}) is your/)).1)
    }

    @Test func `makes the account, a cookie, and a session that is listed`() throws {
        let code = try code("New@Example.org")
        let reply = o.post("/v1/auth/verify-code", #"{"email":"new@example.org","code":"\#(code)"}"#)
        #expect(reply.status == 200 && reply.json["user"]["email"].text == "new@example.org")
        #expect(
            reply.json["user"].names == ["id", "email", "createdAt"] && reply.json["expiresAt"].text != nil)
        let cookie = try #require(reply[header: "Set-Cookie"])
        let sid = try #require(
            cookie.firstMatch(
                of: /^sid=([A-Za-z0-9_-]{43}); Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/)
        ).1
        let me = o.get("/v1/auth/me", headers: ["cookie": ["sid=\(sid)"]])
        #expect(me.json["user"]["email"].text == "new@example.org")
        let again = o.post("/v1/auth/verify-code", #"{"email":"new@example.org","code":"\#(code)"}"#)
        #expect(again.status == 401 && again.error == "code_invalid")
    }

    @Test func `answers in the same words whether there is an account or not`() throws {
        let ada = try o.renter()
        _ = try o.context.addUser(email: "closed@example.org")
        try o.context.closeUser(try #require(try o.context.user(email: "closed@example.org")).id)
        let replies = ["ada", "closed", "nobody"].map { name in
            let asked = o.post("/v1/auth/request-code", #"{"email":"\#(name)@example.org"}"#)
            let guessed = o.post(
                "/v1/auth/verify-code", #"{"email":"\#(name)@example.org","code":"12345 6"}"#)
            let soon = o.post("/v1/auth/request-code", #"{"email":"\#(name)@example.org"}"#)
            #expect(soon[header: "Retry-After"] == "30" && soon.error == "code_request_rate_limited")
            return
                "\(asked.status) \(asked.text) \(guessed.status) \(guessed.text) \(soon.status) \(soon.text)"
        }
        #expect(Set(replies).count == 1)
        #expect(o.get("/v1/auth/me", as: ada).status == 200)
    }

    @Test(arguments: [
        ("request-code", #"{}"#, "validation_failed"), ("request-code", #"{"email":"ada"}"#, "invalid_email"),
        ("request-code", #"{"email":"a@b.c\r\nBcc: x@y.z"}"#, "invalid_email"),
        ("request-code", #"{"email":"a@b.c","intent":"x"}"#, "validation_failed"),
        ("verify-code", #"{"email":"a@b.c"}"#, "validation_failed"),
        ("verify-code", #"{"email":"a@b.c","code":123456}"#, "validation_failed"),
        ("verify-code", #"{"email":"a@b.c","code":"12345"}"#, "validation_failed"),
        ("verify-code", #"{"email":"a@b.c","code":"１２３４５６"}"#, "validation_failed"),
        ("verify-code", #"{"email":"a@b.c","code":"123456"}"#, "code_invalid"),
    ])
    func `refuses what has not the right shape`(path: String, body: String, error: String) {
        #expect(o.post("/v1/auth/\(path)", body).error == error)
    }

    @Test func `is not offered where there is no mail`() throws {
        let silent = try Outlet { $0.mail = nil }
        #expect(silent.get("/v1/auth/providers").json["email"] == .bool(false))
        #expect(o.get("/v1/auth/providers").json["email"] == .bool(true))
        #expect(silent.post("/v1/auth/request-code", #"{"email":"a@b.c"}"#).error == "mail_disabled")
    }

    @Test func `ends the session that the browser brought`() throws {
        let old = try o.renter()
        let code = try code("ada@example.org")
        let body = #"{"email":"ada@example.org","code":"\#(code)"}"#
        #expect(o.post("/v1/auth/verify-code", body, as: old).status == 200)
        #expect(o.get("/v1/auth/me", as: old).status == 401)
    }

    @Test func `is Secure under HTTPS`() throws {
        let code = try code("ada@example.org")
        let sent = request(
            .post, "/v1/auth/verify-code", body: #"{"email":"ada@example.org","code":"\#(code)"}"#,
            https: true)
        let reply = Reply(o.application.respond(to: .success(sent), in: o.context))
        #expect(reply[header: "Set-Cookie"]?.hasSuffix("; HttpOnly; SameSite=Lax; Secure") == true)
    }
}

@Suite struct `One's sessions` {
    @Test func `are listed with the current one, and ended one by one`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        o.store.clock.advance(by: Seconds(1))
        let phone = try o.signIn(ada.id)
        let eve = try o.renter("eve")
        let list = o.get("/v1/auth/sessions", as: phone).json["sessions"].items
        #expect(list.map { $0["current"] } == [.bool(true), .bool(false)])
        let id = try #require(list[1]["id"].text)
        #expect(o.send(.delete, "/v1/auth/sessions/\(id)", as: eve).status == 404)
        #expect(o.get("/v1/auth/me", as: ada).status == 200)
        #expect(o.send(.delete, "/v1/auth/sessions/\(id)", as: phone).status == 200)
        #expect(o.get("/v1/auth/me", as: ada).status == 401)
        #expect(o.send(.delete, "/v1/auth/sessions/\(id)", as: phone).status == 404)
        let own = try #require(o.get("/v1/auth/sessions", as: phone).json["sessions"].items.first?["id"].text)
        let ended = o.send(.delete, "/v1/auth/sessions/\(own)", as: phone)
        #expect(ended[header: "Set-Cookie"]?.hasPrefix("sid=; Max-Age=0") == true)
        #expect(o.get("/v1/auth/me", as: phone).status == 401)
    }

    @Test func `end everywhere at once, links and codes too, and nobody else's do`() throws {
        let o = try Outlet()
        let (ada, eve) = (try o.renter(), try o.renter("eve"))
        let phone = try o.signIn(ada.id)
        let link = try o.context.createSignInLink(for: ada.id, validFor: Seconds(900)).token
        #expect(o.post("/v1/auth/logout-everywhere", as: phone).status == 200)
        for renter in [ada, phone] { #expect(o.get("/v1/auth/me", as: renter).status == 401) }
        #expect(o.post("/v1/auth/link", #"{"token":"\#(link)"}"#).status == 401)
        #expect(o.get("/v1/auth/me", as: eve).status == 200)
    }
}
