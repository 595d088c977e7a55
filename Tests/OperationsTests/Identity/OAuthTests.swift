import Configuration
import Crypto
import Domain
import Foundation
import OAuth
import Outbound
import TestSupport
import Testing

@testable import Operations

@Suite struct `Signing in elsewhere` {
    let w: IdentityWorld
    let google: FakeGoogle
    let providers: IdentityProviders

    init() throws {
        w = try IdentityWorld { $0.signIn.signUp = .domains(["example.org"]) }
        let (google, world, folder) = (
            FakeGoogle(clock: { [world = w.world] in world.clock.now }), w.world, w.folder
        )
        self.google = google
        let secret = try folder.write("secret\n", to: "secret")
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: secret)
        var settings = w.context.settings
        settings.oauth.google = .init(id: "outlet", secret: .file(secret))
        settings.api.threads = 2
        providers = try IdentityProviders(settings, clocks: { world.clock.reading }) { _ in
            { request throws(OutboundError) in try google.answer(request) }
        }
    }

    /// Begins, and lets the person agree: what the browser then has.
    private func begin() throws -> (state: String, secret: String) {
        let (location, secret) = try w.context.beginOAuth(.google, by: providers)
        let fields = Dictionary(
            uniqueKeysWithValues: URLComponents(string: location)!.queryItems!.map { ($0.name, $0.value!) })
        google.change { $0.claims["nonce"] = "\"\(fields["nonce"]!)\"" }
        return (fields["state"]!, secret)
    }

    private func finish(_ secret: String) throws -> ID<User> {
        let answer = AuthorizationAnswer(code: "c", issuer: nil)
        return try w.context.finishOAuth(
            .google, by: providers, answer, secret: secret, userAgent: nil, address: nil, replacing: nil
        ).signedIn.user.id
    }

    private func signIn() throws -> ID<User> { try finish(begin().secret) }

    @Test func `links one account by its verified address, once`() throws {
        google.change { $0.claims["email"] = "\"Ada@Example.org\"" }
        #expect(try signIn() == w.user && signIn() == w.user)
        let events = try w.context.database.read {
            try $0.rows("SELECT id FROM event WHERE type = 'user.identity_linked'")
        }
        #expect(events.count == 1)
    }

    @Test func `makes no account that the operator does not want`() throws {
        google.change { $0.claims["email"] = "\"eve@example.net\"" }
        #expect(throws: OAuthRefusal.notAdmitted(.uninvited)) { try signIn() }
        #expect(try w.context.users().count == 1)
        _ = try w.context.invite(email: "eve@example.net")
        #expect(try w.context.user(signIn())?.email == "eve@example.net")
    }

    @Test func `takes both spellings of Google for one issuer, and no third`() throws {
        let first = try signIn()
        google.change { $0.claims["iss"] = "\"accounts.google.com\"" }
        #expect(try signIn() == first)
        google.change { $0.claims["iss"] = "\"https://accounts.google.com/\"" }
        #expect(throws: OAuthRefusal.failed("the ID token: issuer")) { try signIn() }
    }

    @Test func `is possible for ten minutes, once, by the browser that began it`() throws {
        let (state, secret) = try begin()
        w.pass(Seconds(599))
        for (otherState, otherSecret) in [
            (nil, secret), (state, nil), (state, ""), ("x", secret), (state, "x"),
        ] {
            #expect(try !w.context.recognisesOAuth(.google, state: otherState, secret: otherSecret))
        }
        #expect(try !w.context.recognisesOAuth(.gitHub, state: state, secret: secret))
        #expect(try w.context.recognisesOAuth(.google, state: state, secret: secret))
        #expect(try !w.context.recognisesOAuth(.google, state: state, secret: secret))
        let late = try begin()
        w.pass(Seconds(600))
        #expect(try !w.context.recognisesOAuth(.google, state: late.state, secret: late.secret))
    }

    @Test func `leaves nothing behind when it is not finished`() throws {
        _ = try begin()
        w.pass(Seconds(599))
        let fresh = try begin()
        w.pass(Seconds(1))
        try w.context.forgetExpired()
        #expect(try w.context.ephemeral.read { try $0.rows("SELECT state_hash FROM oauth_state").count } == 1)
        #expect(try w.context.recognisesOAuth(.google, state: fresh.state, secret: fresh.secret))
    }

    @Test func `follows a change of keys, but asks for them once a minute at most`() throws {
        _ = try signIn()
        google.change { ($0.key, $0.keyID) = (P256.Signing.PrivateKey(), "2") }
        w.pass(Seconds(59))
        for _ in 0..<3 { #expect(throws: OAuthRefusal.self) { try signIn() } }
        #expect(google.asked.count { $0 == "/certs" } == 1)
        w.pass(Seconds(1))
        _ = try signIn()
        #expect(google.asked.count { $0 == "/certs" } == 2)
    }

    @Test func `keeps what the issuer publishes for an hour`() throws {
        for _ in 0..<3 { _ = try signIn() }
        w.pass(Seconds(3_599))
        _ = try signIn()
        #expect(google.asked.count { $0 != "/token" } == 2)
        w.pass(Seconds(1))
        _ = try signIn()
        #expect(google.asked.count { $0 != "/token" } == 4)
    }

    @Test func `is unavailable while the provider does not answer, and where it is not set up`() throws {
        google.change { $0.isDown = true }
        for kind in IdentityProviders.Kind.allCases {
            do {
                _ = try w.context.beginOAuth(kind, by: providers)
                Issue.record("begun at \(kind)")
            } catch OAuthRefusal.unavailable {}
        }
    }

    @Test func `takes half of the threads at most`() throws {
        let second = try providers.with(.google) { _ throws(OAuthRefusal) in
            #expect(throws: OAuthRefusal.self) { try providers.with(.google) { _ throws(OAuthRefusal) in } }
        }
        #expect(second == .unavailable("too many sign-ins at once"))
        _ = try signIn()
    }

    @Test func `needs a secret that not everybody can read`() throws {
        let path = w.folder["secret"]
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
        let fault = #expect(throws: SecretFault.self) { try SecretSource.file(path).read() }
        #expect(fault?.description.contains("chmod 0400") == true)
        #expect(throws: SecretFault.self) { try SecretSource.file(path + "-not").read() }
        #expect(throws: SecretFault.self) { try SecretSource.environment("NO_SUCH_VARIABLE").read() }
    }
}
