import Crypto
import Domain
import Foundation

/// One person's way to a provider and back, in one browser. All that is random in it comes from a secret that only
/// this browser has, in a cookie; so what comes back with another cookie fits nothing.
package struct SignInAttempt: Sendable {
    private let secret: SymmetricKey

    /// - Parameter secret: 256 random bits or more, as text.
    package init(secret: String) { self.secret = SymmetricKey(data: Data(secret.utf8)) }

    /// Names the attempt on the way through the browser.
    package var state: String { derived("state") }
    /// Ties the ID token to the attempt.
    package var nonce: String { derived("nonce") }
    /// Proves at the end that we began it (RFC 7636); the provider is first shown its hash alone.
    package var verifier: String { derived("verifier") }
    package var challenge: String { Base64.encode(SHA256.hash(data: Data(verifier.utf8)), as: .url) }

    private func derived(_ purpose: String) -> String {
        Base64.encode(HMAC<SHA256>.authenticationCode(for: Data(purpose.utf8), using: secret), as: .url)
    }

    /// Where the browser is sent: `endpoint` with the parameters of the code flow.
    package func authorizationURL(
        _ endpoint: String, clientID: String, redirectURI: String, scope: String, withNonce: Bool
    ) -> String {
        var fields = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI),
            ("scope", scope),
            ("state", state), ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ]
        if withNonce { fields.append(("nonce", nonce)) }
        return endpoint + (endpoint.contains("?") ? "&" : "?") + Form.encode(fields)
    }
}

/// `application/x-www-form-urlencoded`.
package enum Form {
    package static func encode(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
    }

    package static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = text.utf8.flatMap { byte in
            isPlain(byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }
}
