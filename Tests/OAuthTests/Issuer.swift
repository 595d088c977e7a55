import Crypto
import Domain
import Foundation
import OAuth
import _CryptoExtras

/// An issuer with a key of each kind, that signs whatever a test wants.
struct Issuer {
    static let name = "https://id.example.org"
    static let now = Instant(1_780_000_000)

    private static let rsa = try! _RSA.Signing.PrivateKey(keySize: .bits2048)
    private static let otherRSA = try! _RSA.Signing.PrivateKey(keySize: .bits2048)
    private static let p256 = P256.Signing.PrivateKey()
    private static let edwards = try! Curve25519.Signing.PrivateKey(
        rawRepresentation: [UInt8](repeating: 7, count: 32))

    enum Signer { case rs256, strangerRS256, pss, es256, edDSA, hs256, none }

    /// The claims of a good token, with some of them changed or, by nil, left out. Values are JSON.
    static func claims(_ changes: [String: String?] = [:]) -> String {
        var claims: [String: String?] = [
            "iss": "\"\(name)\"", "sub": "\"42\"", "aud": "\"outlet\"", "nonce": "\"n\"",
            "exp": "\(now.secondsSince1970 + 300)", "iat": "\(now.secondsSince1970)",
            "email": "\"ada@example.org\"", "email_verified": "true",
        ]
        claims.merge(changes) { $1 }
        let fields = claims.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return "{" + fields.joined(separator: ",") + "}"
    }

    static func token(
        _ claims: String = claims(), signer: Signer = .rs256, header: String? = nil
    ) -> String {
        let (algorithm, key) =
            switch signer {
            case .rs256, .strangerRS256, .pss: ("RS256", "r")
            case .es256: ("ES256", "p")
            case .edDSA: ("EdDSA", "e")
            case .hs256: ("HS256", "r")
            case .none: ("none", "r")
            }
        let header = header ?? #"{"alg":"\#(algorithm)","kid":"\#(key)","typ":"JWT"}"#
        let parts = [header, claims].map { Base64.encode(Array($0.utf8), as: .url) }
        let signed = parts.joined(separator: ".")
        return signed + "." + Base64.encode(signature(signer, of: Data(signed.utf8)), as: .url)
    }

    private static func signature(_ signer: Signer, of message: Data) -> [UInt8] {
        let digest = SHA256.hash(data: message)
        switch signer {
        case .rs256:
            return Array(try! rsa.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
        case .strangerRS256:
            return Array(try! otherRSA.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
        case .pss: return Array(try! rsa.signature(for: digest, padding: .PSS).rawRepresentation)
        case .es256: return Array(try! p256.signature(for: message).rawRepresentation)
        case .edDSA: return Array(try! edwards.signature(for: message))
        case .hs256:  // With what everybody knows: the public key.
            let key = SymmetricKey(data: Data(rsa.publicKey.pemRepresentation.utf8))
            return Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
        case .none: return []
        }
    }

    /// Its keys as it publishes them, among some that are not to be taken.
    static func keys() -> KeySet {
        keySet(rsaKey("r") + [ecKey, edwardsKey, encryption, short, secret, odd])
    }

    /// One RSA key, or several, without names.
    static func namelessKeys(_ count: Int) -> KeySet {
        keySet((0..<count).flatMap { _ in rsaKey(nil) } + [ecKey, encryption])
    }

    private static func keySet(_ keys: [String]) -> KeySet {
        KeySet(json: Array("{\"keys\":[\(keys.map { "{\($0)}" }.joined(separator: ","))]}".utf8))!
    }

    private static func text(_ bytes: some Sequence<UInt8>) -> String { Base64.encode(bytes, as: .url) }
    private static let numbers = try! rsa.publicKey.getKeyPrimitives()
    private static let rsaNumbers =
        #""kty":"RSA","n":"\#(text(numbers.modulus))","e":"\#(text(numbers.publicExponent))""#
    private static func rsaKey(_ id: String?) -> [String] {
        [rsaNumbers + #","use":"sig","alg":"RS256""# + (id.map { #","kid":"\#($0)""# } ?? "")]
    }
    private static var ecKey: String {
        let point = p256.publicKey.rawRepresentation
        return
            #""kty":"EC","crv":"P-256","kid":"p","x":"\#(text(point.prefix(32)))","y":"\#(text(point.suffix(32)))""#
    }
    private static var edwardsKey: String {
        #""kty":"OKP","crv":"Ed25519","kid":"e","x":"\#(text(edwards.publicKey.rawRepresentation))""#
    }
    private static var encryption: String { rsaNumbers + #","use":"enc","kid":"enc""# }
    private static let short =
        #""kty":"RSA","kid":"short","n":"\#(text([UInt8](repeating: 255, count: 128)))","e":"AQAB""#
    private static let secret = #""kty":"oct","kid":"r","k":"AAAA""#
    private static let odd = #""kty":7"#

    static func check(_ token: String, keys: KeySet = keys()) throws(IDTokenRefusal) -> IDToken {
        try IDToken(
            token, keys: keys,
            expecting: .init(issuers: [name], clientID: "outlet", nonce: "n", now: now))
    }
}
