import Configuration
import Domain
import Operations
import Storage
import Testing

@Suite struct `Signing up` {
    private func world(_ signUp: Settings.SignIn.SignUp) throws -> IdentityWorld {
        try IdentityWorld { $0.signIn.signUp = signUp }
    }

    @Test func `makes an account with a wallet at the first success, and only then`() throws {
        let w = try world(.open)
        let code = try #require(try w.code(for: "New@Example.org"))
        #expect(try w.context.user(email: "new@example.org") == nil)
        let user = try w.signIn(code, for: "new@example.org").signedIn.user
        #expect(user.email == "new@example.org")
        #expect(try w.context.balance(of: user.id).total == .zero)
        #expect(try w.context.users().count == 2)
        w.pass(Seconds(60))
        let again = try #require(try w.code(for: "new@example.org"))
        #expect(try w.signIn(again, for: "new@example.org").signedIn.user.id == user.id)
        #expect(try w.context.verify().isSound)
    }

    @Test(arguments: [
        ("new@lab.example", true), ("NEW@LAB.EXAMPLE", true), ("new@sub.lab.example", false),
        ("new@evil-lab.example", false), ("lab.example@example.org", false), ("ada@example.org", true),
    ])
    func `can be for some domains`(email: String, works: Bool) throws {
        let w = try world(.domains(["lab.example"]))
        #expect((try w.code(for: email) != nil) == works)
    }

    @Test func `can be for those invited, whom it makes members`() throws {
        let w = try world(.invitation)
        #expect(try w.code(for: "new@example.org") == nil)
        let invitation = try w.context.invite(email: "New@example.org")
        #expect(try w.newestLetter().contains("Subject: You are invited to 127.0.0.1:8080"))
        #expect(try w.context.invitations().map(\.email) == ["new@example.org"])
        #expect(invitation.expiresAt == w.world.clock.now + Seconds(14 * 86_400))
        w.pass(Seconds(60))
        let code = try #require(try w.code(for: "new@example.org"))
        try w.signIn(code, for: "new@example.org")
        #expect(try w.context.invitations().isEmpty)
        #expect(throws: UserRefusal.exists) { try w.context.invite(email: "new@example.org") }
        w.pass(Seconds(60))
        #expect(try w.code(for: "new@example.org") != nil)
    }

    @Test func `ends with the invitation's time, or when it is taken back`() throws {
        let w = try world(.invitation)
        _ = try w.context.invite(email: "a@example.org")
        _ = try w.context.invite(email: "b@example.org")
        #expect(try w.context.uninvite(email: "a@example.org"))
        #expect(try w.context.uninvite(email: "a@example.org") == false)
        #expect(try w.code(for: "a@example.org") == nil)
        w.pass(Seconds(14 * 86_400))
        #expect(try w.code(for: "b@example.org") == nil)
        try w.context.forgetExpired()
        #expect(try w.count("SELECT COUNT(*) AS n FROM invitation") == 0)
    }

    @Test func `is refused when the rule changed after the code was sent`() throws {
        let w = try world(.invitation)
        _ = try w.context.invite(email: "new@example.org")
        let code = try #require(try w.code(for: "new@example.org"))
        _ = try w.context.uninvite(email: "new@example.org")
        #expect(throws: CodeRefusal.notAdmitted(.uninvited)) { try w.signIn(code, for: "new@example.org") }
        let bye = try #require(try w.code(for: "ada@example.org", from: "192.0.2.9"))
        try w.context.closeUser(w.user)
        #expect(throws: CodeRefusal.wrong) { try w.signIn(bye, for: "ada@example.org") }
        #expect(try w.context.users().count == 1)
    }
}
