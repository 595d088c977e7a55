import Domain
import Operations
import Storage
import Testing

@Suite struct `Signing in` {
    let w: IdentityWorld
    init() throws { w = try IdentityWorld() }

    @Test func `a cookie signs its user in, and another text nobody`() throws {
        let made = try w.context.createSession(for: w.user, userAgent: "curl", address: "127.0.0.1")
        #expect(try w.context.signedIn(sid: made.sid)?.user.email == "ada@example.org")
        #expect(try w.context.signedIn(sid: made.sid + "x") == nil)
        #expect(try w.context.signedIn(sid: "") == nil)
    }

    @Test func `the secret itself is not in the database`() throws {
        let made = try w.context.createSession(for: w.user, userAgent: nil, address: nil)
        let row = try w.context.database.read { try $0.row("SELECT secret_hash FROM sign_in") }
        #expect(row?.blob("secret_hash") == sha256(made.sid.utf8))
    }

    @Test func `a visit slides the expiry to thirty days, but never past ninety`() throws {
        let sid = try w.context.createSession(for: w.user, userAgent: nil, address: nil).sid
        let start = w.world.clock.now
        for _ in 1...3 {
            w.pass(Seconds(29 * 86_400))
            #expect(try w.context.signedIn(sid: sid) != nil)
        }
        #expect(try w.context.signedIn(sid: sid)?.expiresAt == start + Seconds(90 * 86_400))
        w.pass(Seconds(3 * 86_400))
        #expect(try w.context.signedIn(sid: sid) == nil)
    }

    @Test func `thirty days without a visit end it`() throws {
        let sid = try w.context.createSession(for: w.user, userAgent: nil, address: nil).sid
        w.pass(Seconds(30 * 86_400))
        #expect(try w.context.signedIn(sid: sid) == nil)
    }

    @Test func `a visit is written at most once an hour`() throws {
        let sid = try w.context.createSession(for: w.user, userAgent: nil, address: nil).sid
        let first = try w.context.signedIn(sid: sid)?.expiresAt
        w.pass(Seconds(3_599))
        #expect(try w.context.signedIn(sid: sid)?.expiresAt == first)
        w.pass(Seconds(1))
        #expect(try w.context.signedIn(sid: sid)?.expiresAt == first! + .hour)
    }

    @Test func `signing out ends this session only`() throws {
        let one = try w.context.createSession(for: w.user, userAgent: nil, address: nil)
        let two = try w.context.createSession(for: w.user, userAgent: nil, address: nil)
        try w.context.signOut(one.signedIn.session)
        #expect(try w.context.signedIn(sid: one.sid) == nil)
        #expect(try w.context.signedIn(sid: two.sid) != nil)
    }

    @Test func `a link works once`() throws {
        let link = try w.context.createSignInLink(for: w.user, validFor: Seconds(900))
        let redeemed = try #require(try w.context.redeemSignInLink(link.token, userAgent: nil, address: nil))
        #expect(try w.context.signedIn(sid: redeemed.sid)?.user.id == w.user)
        #expect(try w.context.redeemSignInLink(link.token, userAgent: nil, address: nil) == nil)
    }

    @Test func `a link that is too old or unknown signs nobody in`() throws {
        let link = try w.context.createSignInLink(for: w.user, validFor: Seconds(900))
        w.pass(Seconds(900))
        #expect(try w.context.redeemSignInLink(link.token, userAgent: nil, address: nil) == nil)
        #expect(try w.context.redeemSignInLink("nothing", userAgent: nil, address: nil) == nil)
    }

    @Test func `closing an account ends its sign-ins and links`() throws {
        let sid = try w.context.createSession(for: w.user, userAgent: nil, address: nil).sid
        let link = try w.context.createSignInLink(for: w.user, validFor: Seconds(900))
        let closed = try w.context.database.write { try $0.closeRenter(w.user, at: w.world.clock.now) }
        #expect(closed)
        #expect(try w.context.signedIn(sid: sid) == nil)
        #expect(try w.context.redeemSignInLink(link.token, userAgent: nil, address: nil) == nil)
    }

    @Test func `housekeeping removes what is over and nothing else`() throws {
        _ = try w.context.createSession(for: w.user, userAgent: nil, address: nil)
        w.pass(Seconds(20 * 86_400))
        let sid = try w.context.createSession(for: w.user, userAgent: nil, address: nil).sid
        w.pass(Seconds(10 * 86_400))
        try w.context.forgetExpired()
        #expect(try w.context.database.read { try $0.rows("SELECT id FROM sign_in").count } == 1)
        #expect(try w.context.signedIn(sid: sid) != nil)
    }
}

@Suite struct `Users` {
    @Test func `an address is one account, whatever its case`() throws {
        let w = try IdentityWorld()
        #expect(throws: UserRefusal.exists) { try w.context.addUser(email: "ADA@example.org") }
        #expect(throws: UserRefusal.invalidEmail) { try w.context.addUser(email: "ada") }
        #expect(try w.context.user(email: "Ada@Example.org")?.id == w.user)
        #expect(try w.context.users().map(\.id) == [w.user])
    }

    @Test func `an event is never changed, replaced or deleted`() throws {
        let w = try IdentityWorld()
        let statements: [SQL] = [
            "UPDATE event SET message = ''", "DELETE FROM event",
            "INSERT OR REPLACE INTO event SELECT * FROM event",
            "REPLACE INTO event (id, type, message, actor, at_s) SELECT id, 'x', '', 'user', 1 FROM event",
        ]
        for statement in statements {
            #expect(throws: (any Error).self) { try w.context.database.write { try $0.run(statement) } }
        }
    }
}
