import Crypto
import Domain
import Foundation
import OAuth
import Outbound
import Synchronization

@testable import Operations

/// Google as far as a sign-in sees it, signing by ES256. Whoever asks for a token gets one of the `claims`.
final class FakeGoogle: Sendable {
    struct State {
        var key = P256.Signing.PrivateKey()
        var keyID = "1"
        var claims: [String: String] = [:]  // Values are JSON; they go before the usual ones.
        var asked: [String] = []
        var isDown = false
    }

    let state = Mutex(State())
    private let clock: @Sendable () -> Instant

    init(clock: @escaping @Sendable () -> Instant) { self.clock = clock }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    var asked: [String] { state.withLock { $0.asked } }

    func answer(_ request: OutboundRequest) throws(OutboundError) -> OutboundResponse {
        let path = String(request.url.text.dropFirst("https://".count).drop { $0 != "/" })
        let isDown = state.withLock { state in
            state.asked.append(path)
            return state.isDown
        }
        if isDown { throw OutboundError(.timedOut, host: request.url.host, mayHaveArrived: true) }
        switch path {
        case "/.well-known/openid-configuration":
            return json(
                """
                {"issuer":"https://accounts.google.com","authorization_endpoint":"https://accounts.google.com/auth",
                 "token_endpoint":"https://oauth2.googleapis.com/token",
                 "jwks_uri":"https://www.googleapis.com/certs"}
                """)
        case "/certs": return json(keys)
        case "/token":
            return json("{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"\(token)\"}")
        default: return OutboundResponse(status: 404)
        }
    }

    private func json(_ text: String) -> OutboundResponse {
        OutboundResponse(status: 200, body: Array(text.utf8))
    }

    private var keys: String {
        let (key, id) = state.withLock { ($0.key.publicKey.rawRepresentation, $0.keyID) }
        let (x, y) = (Base64.encode(key.prefix(32), as: .url), Base64.encode(key.suffix(32), as: .url))
        return
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"\(id)\",\"x\":\"\(x)\",\"y\":\"\(y)\"}]}"
    }

    private var token: String {
        let now = clock().secondsSince1970
        let usual = [
            "iss": "\"https://accounts.google.com\"", "sub": "\"1\"", "aud": "\"outlet\"", "iat": "\(now)",
            "exp": "\(now + 300)", "email": "\"grace@example.org\"", "email_verified": "true",
        ]
        let (claims, key, id) = state.withLock { ($0.claims, $0.key, $0.keyID) }
        let fields = usual.merging(claims) { $1 }.map { "\"\($0)\":\($1)" }.joined(separator: ",")
        let parts = ["{\"alg\":\"ES256\",\"kid\":\"\(id)\"}", "{\(fields)}"]
        let signed = parts.map { Base64.encode(Array($0.utf8), as: .url) }.joined(separator: ".")
        let signature = try! key.signature(for: Data(signed.utf8)).rawRepresentation
        return signed + "." + Base64.encode(signature, as: .url)
    }
}
