import Crypto
import Domain
import Foundation
import OAuth
import Testing

@Suite struct `An issuer's document` {
    private func document(_ changes: [String: String?] = [:], of issuer: String = Issuer.name)
        -> IssuerDocument?
    {
        var content: [String: String?] = [
            "issuer": "\"\(Issuer.name)\"", "authorization_endpoint": "\"https://id.example.org/a\"",
            "token_endpoint": "\"https://id.example.org/t\"", "jwks_uri": "\"https://id.example.org/k\"",
        ]
        content.merge(changes) { $1 }
        let fields = content.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return IssuerDocument(json: Array("{\(fields.joined(separator: ","))}".utf8), of: issuer)
    }

    @Test func `is the one of that issuer, with or without a slash at its end`() {
        #expect(document()?.issuer == Issuer.name)
        #expect(document(of: Issuer.name + "/")?.issuer == Issuer.name)
        #expect(document(["issuer": "\"https://evil.example\""]) == nil)
        #expect(document(of: Issuer.name + "/realms/lab") == nil)
        #expect(
            IssuerDocument.address(of: Issuer.name + "/")
                == "https://id.example.org/.well-known/openid-configuration")
    }

    @Test func `has all that is needed, or is none`() {
        for name in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
            #expect(document([name: nil]) == nil, "\(name)")
        }
        #expect(document(["code_challenge_methods_supported": "[\"plain\"]"]) == nil)
        #expect(document(["code_challenge_methods_supported": "[\"plain\",\"S256\"]"]) != nil)
        #expect(IssuerDocument(json: Array("<html>".utf8), of: Issuer.name) == nil)
    }

    @Test func `tells how we name ourselves at the token endpoint`() {
        let methods = "token_endpoint_auth_methods_supported"
        #expect(document()?.takesBasicAuthentication == true)
        #expect(document([methods: "[\"client_secret_post\"]"])?.takesBasicAuthentication == false)
        let both = "[\"client_secret_post\",\"client_secret_basic\"]"
        #expect(document([methods: both])?.takesBasicAuthentication == true)
    }
}

@Suite struct `Answers` {
    @Test(
        arguments: [
            (
                #"{"access_token":"a","token_type":"Bearer","id_token":"i"}"#,
                .granted(accessToken: "a", idToken: "i")
            ),
            (#"{"access_token":"a","token_type":"bearer"}"#, .granted(accessToken: "a", idToken: nil)),
            (
                #"{"error":"bad_verification_code","error_description":"x"}"#,
                .refused("bad_verification_code")
            ),
            (
                #"{"access_token":"a","token_type":"bearer","error":"access_denied"}"#,
                .refused("access_denied")
            ),
            (#"{"access_token":"a","token_type":"mac"}"#, .refused("")),
            (#"{"access_token":""}"#, .refused("")),
            ("access_token=a&token_type=bearer", .refused("")), ("", .refused("")),
            (#"{"error":"\n evil"}"#, .refused("")),
        ] as [(String, TokenAnswer)])
    func `of a token endpoint grant or refuse`(json: String, expected: TokenAnswer) {
        #expect(TokenAnswer(json: Array(json.utf8)) == expected)
    }

    @Test(
        arguments: [
            (#"[{"email":"A@b.c","primary":true,"verified":true}]"#, .verified(EmailAddress("a@b.c")!)),
            (
                #"[{"email":"x@b.c","primary":false,"verified":true},{"email":"a@b.c","primary":true,"verified":true}]"#,
                .verified(EmailAddress("a@b.c")!)
            ),
            (
                #"[{"email":"a@b.c","primary":true,"verified":false},{"email":"x@b.c","primary":false,"verified":true}]"#,
                .unverified
            ),
            (#"[{"email":"x@b.c","primary":false,"verified":true}]"#, nil), ("[]", nil), ("{}", nil),
            ("", nil),
        ] as [(String, VouchedEmail?)])
    func `of GitHub count by their primary address`(json: String, expected: VouchedEmail?) {
        #expect(GitHubAnswer.email(json: Array(json.utf8)) == expected)
    }

    @Test func `of GitHub name a person by number`() {
        #expect(
            GitHubAnswer.subject(json: Array(#"{"id":583231,"login":"x","email":null}"#.utf8)) == "583231")
        #expect(GitHubAnswer.subject(json: Array(#"{"id":"583231"}"#.utf8)) == nil)
        #expect(GitHubAnswer.subject(json: Array(#"{"message":"Bad credentials"}"#.utf8)) == nil)
    }

    @Test func `of userinfo count for the person of the ID token only`() {
        let json = Array(#"{"sub":"42","email":"a@b.c","email_verified":true}"#.utf8)
        #expect(UserInfo.email(json: json, of: "42") == .verified(EmailAddress("a@b.c")!))
        #expect(UserInfo.email(json: json, of: "43") == nil)
    }
}

@Suite struct `A sign-in attempt` {
    @Test func `follows RFC 7636 and repeats nothing`() {
        let attempt = SignInAttempt(secret: "secret")
        let hash = Base64.encode(SHA256.hash(data: Data(attempt.verifier.utf8)), as: .url)
        #expect(attempt.challenge == hash && attempt.verifier.count == 43)
        let other = SignInAttempt(secret: "Secret")
        let values = [attempt, other].flatMap { [$0.state, $0.nonce, $0.verifier, $0.challenge] }
        #expect(Set(values).count == 8 && attempt.state == SignInAttempt(secret: "secret").state)
    }

    @Test func `puts everything into the address so that nothing breaks out`() throws {
        let url = SignInAttempt(secret: "s").authorizationURL(
            "https://id.example.org/a?x=1", clientID: "a&b=c", redirectURI: "https://me/x?y=z",
            scope: "openid email", withNonce: true)
        let parts = try #require(URLComponents(string: url))
        let fields = Dictionary(uniqueKeysWithValues: parts.queryItems!.map { ($0.name, $0.value) })
        #expect(fields["x"] == "1" && fields["client_id"] == "a&b=c" && fields["scope"] == "openid email")
        #expect(fields["redirect_uri"] == "https://me/x?y=z" && fields["response_type"] == "code")
        #expect(fields["code_challenge_method"] == "S256" && fields.count == 9)
    }
}
