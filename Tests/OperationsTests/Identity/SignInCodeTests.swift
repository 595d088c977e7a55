import Domain
import Operations
import Storage
import Testing

@Suite struct `A sign-in code` {
    let w: IdentityWorld
    init() throws { w = try IdentityWorld() }

    private let ada = "ada@example.org"

    @Test func `signs in once`() throws {
        let code = try #require(try w.code(for: ada))
        let made = try w.signIn(code, for: ada)
        #expect(made.signedIn.user.id == w.user)
        #expect(try w.context.signedIn(sid: made.sid)?.user.email == ada)
        #expect(throws: CodeRefusal.wrong) { try w.signIn(code, for: ada) }
    }

    @Test func `works for ten minutes`() throws {
        let first = try #require(try w.code(for: ada))
        w.pass(Seconds(599))
        try w.signIn(first, for: ada)
        let second = try #require(try w.code(for: ada))
        w.pass(Seconds(600))
        #expect(throws: CodeRefusal.expired) { try w.signIn(second, for: ada) }
    }

    @Test func `is spent after five wrong ones, the right one then too`() throws {
        let code = try #require(try w.code(for: ada))
        for _ in 1...5 { #expect(throws: CodeRefusal.wrong) { try w.signIn(other(code), for: ada) } }
        #expect(throws: CodeRefusal.expired) { try w.signIn(code, for: ada) }
    }

    @Test func `survives four wrong ones`() throws {
        let code = try #require(try w.code(for: ada))
        for _ in 1...4 { #expect(throws: CodeRefusal.wrong) { try w.signIn(other(code), for: ada) } }
        try w.signIn(code, for: ada)
    }

    @Test func `takes the place of the one before it`() throws {
        let first = try #require(try w.code(for: ada))
        w.pass(Seconds(30))
        let second = try #require(try w.code(for: ada))
        #expect(throws: CodeRefusal.wrong) { try w.signIn(first, for: ada) }
        try w.signIn(second, for: ada)
    }

    @Test func `is of its address only`() throws {
        let code = try #require(try w.code(for: ada))
        _ = try w.context.addUser(email: "bob@example.org")
        #expect(throws: CodeRefusal.wrong) { try w.signIn(code, for: "bob@example.org") }
        #expect(throws: CodeRefusal.wrong) { try w.signIn("", for: ada) }
    }

    @Test func `is six digits, any of them`() throws {
        var codes: Set<String> = []
        for number in 1...40 {
            codes.insert(try #require(try w.code(for: ada, from: "192.0.2.\(number)")))
            w.pass(Seconds(30))
        }
        #expect(codes.count > 35)
        #expect(codes.allSatisfy { $0.count == 6 && $0.allSatisfy(\.isNumber) })
    }

    @Test func `ends the session that the browser had, and no other`() throws {
        let old = try w.context.createSession(for: w.user, userAgent: nil, address: nil).sid
        let elsewhere = try w.context.createSession(for: w.user, userAgent: nil, address: nil).sid
        let code = try #require(try w.code(for: ada))
        let new = try w.signIn(code, for: ada, oldSid: old).sid
        #expect(try w.context.signedIn(sid: old) == nil)
        #expect(try w.context.signedIn(sid: elsewhere) != nil)
        #expect(try w.context.signedIn(sid: new) != nil && new != old)
    }

    @Test func `is not offered without mail`() throws {
        let silent = try IdentityWorld { $0.mail = nil }
        #expect(throws: CodeRefusal.noMail) { try silent.code(for: ada) }
    }

    /// Another code than `code`.
    private func other(_ code: String) -> String { code == "000000" ? "000001" : "000000" }
}

@Suite struct `Asking for codes` {
    @Test func `is allowed every thirty seconds for an address`() throws {
        let w = try IdentityWorld()
        _ = try w.code(for: "ada@example.org", from: "192.0.2.1")
        w.pass(Seconds(10))
        #expect(throws: CodeRefusal.tooSoon(Seconds(20))) {
            try w.code(for: "ADA@example.org", from: "192.0.2.2")
        }
        _ = try w.code(for: "bob@example.org", from: "192.0.2.2")
        w.pass(Seconds(20))
        _ = try w.code(for: "ada@example.org", from: "192.0.2.2")
    }

    @Test func `is allowed ten times an hour from one client`() throws {
        let w = try IdentityWorld()
        for number in 0...9 {
            _ = try w.code(for: "a\(number)@example.org")
            w.pass(Seconds(60))
        }
        #expect(throws: CodeRefusal.tooSoon(Seconds(3_000))) { try w.code(for: "b@example.org") }
        _ = try w.code(for: "b@example.org", from: "198.51.100.1")
        w.pass(Seconds(3_000))
        _ = try w.code(for: "c@example.org")
    }

    @Test func `counts a whole IPv6 network as one client, and a mapped address as what it is`() {
        #expect(
            Context.subject(ofAddress: "2001:db8:1:2::1")
                == Context.subject(ofAddress: "2001:db8:1:2:ffff::9"))
        #expect(
            Context.subject(ofAddress: "2001:db8:1:2::1") != Context.subject(ofAddress: "2001:db8:1:3::1"))
        #expect(Context.subject(ofAddress: "::ffff:192.0.2.1") == Context.subject(ofAddress: "192.0.2.1"))
    }

    @Test func `leads to letters of the same kind of rows, whoever asks`() throws {
        let w = try IdentityWorld { $0.signIn.signUp = .invitation }
        let closed = try w.context.addUser(email: "closed@example.org").id
        try w.context.closeUser(closed)
        for (number, name) in ["ada", "closed", "nobody"].enumerated() {
            let code = try w.code(for: "\(name)@example.org")
            #expect((code != nil) == (name == "ada"))
            #expect(try w.count("SELECT COUNT(*) AS n FROM mail") == number + 1)
            #expect(try w.count("SELECT COUNT(*) AS n FROM sign_in_code") == number + 1)
        }
        // Guessing tells nothing either.
        for name in ["ada", "closed", "nobody"] {
            for _ in 1...5 {
                #expect(throws: CodeRefusal.wrong) { try w.signIn("x", for: "\(name)@example.org") }
            }
            #expect(throws: CodeRefusal.expired) { try w.signIn("x", for: "\(name)@example.org") }
        }
    }

    @Test func `and guessing ends for an hour after twenty wrong ones, for the address and for the client`()
        throws
    {
        let w = try IdentityWorld()
        for round in 0...3 {
            _ = try w.code(for: "ada@example.org")
            for client in 1...5 {
                #expect(throws: CodeRefusal.wrong) {
                    try w.signIn("x", for: "ada@example.org", from: "192.0.2.\(round * 5 + client)")
                }
            }
            w.pass(Seconds(60))
        }
        let code = try #require(try w.code(for: "ada@example.org", from: "198.51.100.1"))
        #expect(throws: CodeRefusal.tooManyWrong(Seconds(3_600 - 240))) {
            try w.signIn(code, for: "ada@example.org", from: "198.51.100.1")
        }
        w.pass(Seconds(3_600 - 240))
        #expect(throws: CodeRefusal.expired) { try w.signIn(code, for: "ada@example.org") }
    }
}
