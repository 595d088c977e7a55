import Domain
import OAuth
import Testing

@Suite struct `An ID token` {
    private func refusal(_ token: String, keys: KeySet = Issuer.keys()) -> IDTokenRefusal? {
        do {
            _ = try Issuer.check(token, keys: keys)
            return nil
        } catch { return error }
    }

    @Test(arguments: [Issuer.Signer.rs256, .es256, .edDSA])
    func `says who signed in`(signer: Issuer.Signer) throws {
        let token = try Issuer.check(Issuer.token(signer: signer))
        #expect(token.issuer == Issuer.name && token.subject == "42")
        #expect(token.email == .verified(EmailAddress("ada@example.org")!))
    }

    @Test(
        arguments: [
            (.strangerRS256, .badSignature), (.pss, .badSignature), (.hs256, .algorithm), (.none, .algorithm),
        ] as [(Issuer.Signer, IDTokenRefusal)])
    func `that the issuer did not sign proves nothing`(signer: Issuer.Signer, expected: IDTokenRefusal) {
        #expect(refusal(Issuer.token(signer: signer)) == expected)
    }

    @Test(
        arguments: [
            (#"{"alg":"RS256","kid":"r2"}"#, .unknownKey), (#"{"alg":"RS256","kid":"enc"}"#, .unknownKey),
            (#"{"alg":"RS256","kid":"short"}"#, .unknownKey), (#"{"alg":"RS256","kid":"p"}"#, .unknownKey),
            (#"{"alg":"ES256","kid":"r"}"#, .unknownKey), (#"{"alg":"RS512","kid":"r"}"#, .algorithm),
            (#"{"alg":"rs256","kid":"r"}"#, .algorithm), (#"{"alg":"None","kid":"r"}"#, .algorithm),
            (#"{"alg":"","kid":"r"}"#, .algorithm), (#"{"alg":"PS256","kid":"r"}"#, .algorithm),
            (#"{"kid":"r"}"#, .malformed), (#"{"alg":"RS256","kid":"r","crit":["exp"]}"#, .malformed),
            (#"{"alg":"RS256","kid":"r","typ":"at+jwt"}"#, .malformed), ("", .malformed), ("[]", .malformed),
            (#"{"alg":"RS256","kid":"r","jku":"https://evil.example","jwk":{}}"#, nil),  // Never looked at.
        ] as [(String, IDTokenRefusal?)])
    func `is judged by its header`(header: String, expected: IDTokenRefusal?) {
        #expect(refusal(Issuer.token(header: header)) == expected)
    }

    @Test(
        arguments: [
            (["iss": "\"https://evil.example\""], .issuer), (["iss": "\"https://id.example.org/\""], .issuer),
            (["iss": nil], .malformed), (["aud": "\"other\""], .audience),
            (["aud": "[\"other\"]"], .audience),
            (["aud": "[]"], .audience), (["aud": "[\"outlet\"]"], nil),
            (["aud": "[\"outlet\",\"other\"]"], .audience),
            (["aud": "[\"outlet\",\"other\"]", "azp": "\"outlet\""], nil), (["azp": "\"outlet\""], nil),
            (["aud": "[\"outlet\",\"other\"]", "azp": "\"other\""], .audience),
            (["azp": "\"other\""], .audience),
            (["aud": "7"], .malformed), (["exp": "1779999940"], .expired), (["exp": "1779999941"], nil),
            (["exp": "-1"], .expired), (["exp": "1e300"], .expired), (["exp": "\"1780000300\""], .malformed),
            (["exp": nil], .malformed), (["iat": "1780000060"], nil), (["iat": "1780000061"], .fromTheFuture),
            (["iat": nil], .malformed), (["nbf": "1780000061"], .fromTheFuture),
            (["nbf": "1780000000.5"], nil),
            (["nonce": "\"m\""], .nonce), (["nonce": "\"\""], .nonce), (["nonce": nil], .nonce),
            (["sub": "\"\""], .subject), (["sub": nil], .malformed), (["sub": "42"], .malformed),
        ] as [([String: String?], IDTokenRefusal?)])
    func `is judged by its claims`(changes: [String: String?], expected: IDTokenRefusal?) {
        #expect(refusal(Issuer.token(Issuer.claims(changes))) == expected, "\(changes)")
    }

    @Test(
        arguments: [
            (["email_verified": "false"], .unverified), (["email_verified": nil], .unverified),
            (["email_verified": "\"true\""], .unverified), (["email_verified": "1"], .unverified),
            (["email": "\"no address\""], .unverified), (["email": nil], nil),
        ] as [([String: String?], VouchedEmail?)])
    func `vouches for an address by saying so, and in no other way`(
        changes: [String: String?], expected: VouchedEmail?
    ) throws {
        #expect(try Issuer.check(Issuer.token(Issuer.claims(changes))).email == expected)
    }

    @Test func `without a key's name means the only key there is`() throws {
        let nameless = Issuer.token(header: #"{"alg":"RS256"}"#)
        #expect(refusal(nameless, keys: Issuer.namelessKeys(1)) == nil)
        #expect(refusal(nameless, keys: Issuer.namelessKeys(2)) == .unknownKey)
        #expect(refusal(nameless, keys: Issuer.namelessKeys(0)) == .unknownKey)
    }

    @Test(arguments: [
        "", "..", "a.b", "a.b.c.d", "e30.e30.e30", "é.é.é", "e30=.e30=.",
        String(repeating: "a", count: 99_999),
    ])
    func `that is none is malformed`(text: String) {
        #expect(refusal(text) == .malformed)
    }

    @Test func `with a letter changed anywhere is refused`() throws {
        for signer in [Issuer.Signer.rs256, .es256, .edDSA] {
            let token = Array(Issuer.token(signer: signer).utf8)
            for position in stride(from: 0, to: token.count, by: 3) {
                var changed = token
                changed[position] =
                    changed[position] == UInt8(ascii: "A") ? UInt8(ascii: "Q") : UInt8(ascii: "A")
                let text = String(decoding: changed, as: UTF8.self)
                #expect(refusal(text) != nil, "\(signer) at \(position)")
            }
        }
    }
}
