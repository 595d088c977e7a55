import Crypto
import Domain
import Foundation
import _CryptoExtras

/// The signatures that are taken: by a private key that only the issuer has. `none` is no signature, and of HS256 the
/// "key" would be what everybody can read.
enum SignatureAlgorithm: String, Sendable {
    case rs256 = "RS256"
    case es256 = "ES256"
    case edDSA = "EdDSA"  // Ed25519
}

/// The public keys with which an issuer signs (RFC 7517). Keys of other kinds, and for other uses, are left out.
package struct KeySet: Sendable {
    private let keys: [PublicKey]

    /// Nil for what is no key set.
    package init?(json: [UInt8]) {
        struct Document: Decodable { let keys: [Lenient] }
        struct Lenient: Decodable {
            let key: JWK?
            init(from decoder: any Decoder) { key = try? JWK(from: decoder) }
        }
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(json)),
            document.keys.count <= 100
        else { return nil }
        keys = document.keys.compactMap { $0.key.flatMap(PublicKey.init) }
    }

    /// - Throws: `IDTokenRefusal.algorithm`, `.unknownKey`, `.badSignature`
    func verify(_ token: SignedToken) throws(IDTokenRefusal) {
        guard let algorithm = SignatureAlgorithm(rawValue: token.header.alg) else { throw .algorithm }
        let candidates = keys.filter {
            $0.algorithm == algorithm && (token.header.kid == nil || $0.id == token.header.kid)
        }
        // Without a name, the token means the only key that there is (OpenID Connect Core, section 10.1).
        guard candidates.count == 1 else { throw .unknownKey }
        guard candidates[0].isValid(token.signature, of: token.signed) else { throw .badSignature }
    }
}

private struct JWK: Decodable {
    let kty: String
    let kid: String?
    let use: String?
    let key_ops: [String]?
    let alg: String?
    let crv: String?
    let n: String?
    let e: String?
    let x: String?
    let y: String?
}

private struct PublicKey: Sendable {
    enum Material: Sendable {
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case edwards(Curve25519.Signing.PublicKey)
    }

    let id: String?
    let algorithm: SignatureAlgorithm
    let material: Material

    init?(_ jwk: JWK) {
        guard jwk.use == nil || jwk.use == "sig", jwk.key_ops?.contains("verify") ?? true else { return nil }
        switch (jwk.kty, jwk.crv) {
        case ("RSA", nil):
            guard let modulus = Self.bytes(jwk.n), let exponent = Self.bytes(jwk.e),
                (256...1_024).contains(modulus.count),
                (1...8).contains(exponent.count), exponent.last! & 1 == 1, exponent != [1],
                let key = try? _RSA.Signing.PublicKey(n: Data(modulus), e: Data(exponent)),
                key.keySizeInBits >= 2_048
            else { return nil }
            (algorithm, material) = (.rs256, .rsa(key))
        case ("EC", "P-256"):
            guard let x = Self.bytes(jwk.x), let y = Self.bytes(jwk.y), x.count == 32, y.count == 32,
                let key = try? P256.Signing.PublicKey(rawRepresentation: x + y)
            else { return nil }
            (algorithm, material) = (.es256, .p256(key))
        case ("OKP", "Ed25519"):
            guard let x = Self.bytes(jwk.x), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x)
            else {
                return nil
            }
            (algorithm, material) = (.edDSA, .edwards(key))
        default: return nil
        }
        guard jwk.alg == nil || jwk.alg == algorithm.rawValue else { return nil }
        id = jwk.kid
    }

    func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch material {
        case .rsa(let key):
            let signature = _RSA.Signing.RSASignature(rawRepresentation: Data(signature))
            return key.isValidSignature(
                signature, for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)  // What RS256 is.
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
                return false
            }
            return key.isValidSignature(signature, for: message)
        case .edwards(let key): return key.isValidSignature(signature, for: message)
        }
    }

    private static func bytes(_ text: String?) -> [UInt8]? { text.flatMap { Base64.decode($0, as: .url) } }
}
