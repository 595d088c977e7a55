import Domain
import Foundation

/// Why an ID token proves nothing, by precedence: the first that applies is the one reported.
package enum IDTokenRefusal: Error, Hashable, Sendable {
    case malformed
    case algorithm  // Neither RS256, ES256 nor EdDSA.
    case unknownKey  // The issuer's keys may have changed since they were fetched.
    case badSignature
    case issuer
    case audience  // It was made for somebody else, or for several and not by our wish.
    case expired
    case fromTheFuture  // Made, or valid from, a time to come.
    case nonce  // It answers another sign-in than this one.
    case subject
}

/// What an issuer says of a person who signed in (OpenID Connect Core, section 2).
package struct IDToken: Hashable, Sendable {
    package let issuer: String
    package let subject: String  // Never given to another person by this issuer.
    package let email: VouchedEmail?

    /// What a token has to fit.
    package struct Expectation: Sendable {
        package let issuers: Set<String>  // Spellings of the one issuer.
        package let clientID: String
        package let nonce: String
        package let now: Instant  // By the wall clock.

        package init(issuers: Set<String>, clientID: String, nonce: String, now: Instant) {
            self.issuers = issuers
            self.clientID = clientID
            self.nonce = nonce
            self.now = now
        }
    }

    /// How far the issuer's clock and ours may be apart.
    static let leeway = Seconds(60)

    /// - Throws: `IDTokenRefusal`
    package init(_ text: String, keys: KeySet, expecting expected: Expectation) throws(IDTokenRefusal) {
        let token = try SignedToken(text)
        try keys.verify(token)
        guard let claims = try? JSONDecoder().decode(Claims.self, from: Data(token.claims)) else {
            throw .malformed
        }
        guard expected.issuers.contains(claims.iss) else { throw .issuer }
        guard claims.aud.names.contains(expected.clientID), claims.aud.names.count == 1 || claims.azp != nil,
            claims.azp == nil || claims.azp == expected.clientID
        else { throw .audience }
        guard let expiry = Self.instant(claims.exp), expiry + Self.leeway > expected.now else {
            throw .expired
        }
        let latest = expected.now + Self.leeway
        guard let issued = Self.instant(claims.iat), issued <= latest,
            let start = Self.instant(claims.nbf ?? claims.iat), start <= latest
        else { throw .fromTheFuture }
        guard claims.nonce == expected.nonce else { throw .nonce }
        guard (1...255).contains(claims.sub.utf8.count) else { throw .subject }
        issuer = claims.iss
        subject = claims.sub
        email = VouchedEmail(claims.email, verified: claims.email_verified?.isSet)
    }

    private struct Claims: Decodable {
        let iss: String
        let sub: String
        let aud: Audience
        let azp: String?
        let exp: Double
        let iat: Double
        let nbf: Double?
        let nonce: String?
        let email: String?
        let email_verified: Flag?
    }

    /// One name or a list of them.
    private struct Audience: Decodable {
        let names: [String]
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            names = try (try? container.decode(String.self)).map { [$0] } ?? container.decode([String].self)
        }
    }

    private static func instant(_ time: Double) -> Instant? {
        (0...1e11).contains(time) ? Instant(Int64(time)) : nil
    }
}

/// A claim that is `true`, and not a text or a number that somebody may have meant so.
struct Flag: Decodable {
    let isSet: Bool
    init(from decoder: any Decoder) throws {
        isSet = (try? decoder.singleValueContainer().decode(Bool.self)) ?? false
    }
}

/// An address that the issuer says it has verified. Others prove nothing and are not kept.
package enum VouchedEmail: Hashable, Sendable {
    case verified(EmailAddress)
    case unverified

    init?(_ text: String?, verified: Bool?) {
        guard let text else { return nil }
        guard verified == true, let email = EmailAddress(text) else {
            self = .unverified
            return
        }
        self = .verified(email)
    }
}
