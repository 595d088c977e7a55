import Domain
import OAuth
import Outbound
import Synchronization

/// Any issuer of OpenID Connect, Google's too.
final class OpenIDProvider: IdentityProvider {
    struct Client: Sendable {
        let issuer: String
        let otherSpellings: Set<String>  // Of the issuer, in its ID tokens.
        let id: String
        let secret: String
    }

    private struct Known {
        var document: (content: IssuerDocument, until: Instant)?
        var keys: (content: KeySet, until: Instant, fetchedAt: Instant)?
    }

    private let client: Client
    private let send: Send
    private let wallClock: @Sendable () -> Instant
    private let known = Mutex(Known())

    init(_ client: Client, wallClock: @escaping @Sendable () -> Instant, send: @escaping Send) {
        self.client = client
        self.wallClock = wallClock
        self.send = send
    }

    func address(for attempt: SignInAttempt, redirectURI: String) throws(OAuthRefusal) -> String {
        let document = try document(JSONEndpoint(send))
        guard OutboundURL(document.authorizationEndpoint) != nil else {
            throw .unavailable("the authorization endpoint is not https")
        }
        return attempt.authorizationURL(
            document.authorizationEndpoint, clientID: client.id, redirectURI: redirectURI,
            scope: "openid email",
            withNonce: true)
    }

    func identity(
        by answer: AuthorizationAnswer, of attempt: SignInAttempt, redirectURI: String
    ) throws(OAuthRefusal) -> ForeignIdentity {
        let endpoint = JSONEndpoint(send)
        let document = try document(endpoint)
        // An answer that another issuer has sent here must not reach this one's token endpoint (RFC 9207).
        guard answer.issuer == nil ? !document.namesItselfInAnswers : answer.issuer == document.issuer else {
            throw .failed("the answer names another issuer")
        }
        let (accessToken, idToken) = try redeem(answer.code, of: attempt, redirectURI, document, endpoint)
        let token = try verified(idToken, nonce: attempt.nonce, document, endpoint)
        var email = token.email
        if email == nil, let address = document.userInfoEndpoint {
            let response = try endpoint.get(address, accessToken: accessToken)
            email = response.status == 200 ? UserInfo.email(json: response.body, of: token.subject) : nil
        }
        return ForeignIdentity(issuer: document.issuer, subject: token.subject, email: email)
    }

    private func redeem(
        _ code: String, of attempt: SignInAttempt, _ redirectURI: String, _ document: IssuerDocument,
        _ endpoint: JSONEndpoint
    ) throws(OAuthRefusal) -> (accessToken: String, idToken: String) {
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI),
            ("client_id", client.id), ("code_verifier", attempt.verifier),
        ]
        var headers: [(name: String, value: String)] = []
        if document.takesBasicAuthentication {
            let pair = "\(Form.encode(client.id)):\(Form.encode(client.secret))"  // RFC 6749, section 2.3.1
            headers.append(("Authorization", "Basic \(Base64.encode(pair.utf8))"))
        } else {
            fields.append(("client_secret", client.secret))
        }
        switch try endpoint.redeem(fields, at: document.tokenEndpoint, headers: headers) {
        case .granted(let accessToken, let idToken?): return (accessToken, idToken)
        case .granted(_, nil): throw .failed("there is no ID token")
        case .refused(let code): throw .failed("the code was refused: \(code)")
        }
    }

    /// The token once its signature and claims hold. A key that we do not know may be a new one: then the keys are
    /// fetched again, though not for every token that somebody makes up.
    private func verified(
        _ text: String, nonce: String, _ document: IssuerDocument,
        _ endpoint: JSONEndpoint
    ) throws(OAuthRefusal) -> IDToken {
        let expectation = IDToken.Expectation(
            issuers: client.otherSpellings.union([document.issuer]), clientID: client.id, nonce: nonce,
            now: wallClock())
        do {
            return try IDToken(text, keys: keys(document, endpoint), expecting: expectation)
        } catch IDTokenRefusal.unknownKey {
            guard let newer = try newerKeys(document, endpoint),
                let token = try? IDToken(text, keys: newer, expecting: expectation)
            else { throw .failed("the ID token: \(IDTokenRefusal.unknownKey)") }
            return token
        } catch let refusal as IDTokenRefusal {
            throw .failed("the ID token: \(refusal)")
        } catch let refusal as OAuthRefusal {
            throw refusal
        } catch {
            preconditionFailure("nothing else is thrown")
        }
    }

    private func document(_ endpoint: JSONEndpoint) throws(OAuthRefusal) -> IssuerDocument {
        let now = wallClock()
        if let cached = known.withLock({ $0.document }), cached.until > now { return cached.content }
        let response = try endpoint.get(IssuerDocument.address(of: client.issuer))
        guard response.status == 200, let document = IssuerDocument(json: response.body, of: client.issuer)
        else {
            throw .unavailable(
                "the issuer's document is missing, malformed, of another issuer, or without PKCE")
        }
        known.withLock { $0.document = (document, now + .hour) }
        return document
    }

    private func keys(_ document: IssuerDocument, _ endpoint: JSONEndpoint) throws(OAuthRefusal) -> KeySet {
        if let cached = known.withLock({ $0.keys }), cached.until > wallClock() { return cached.content }
        return try fetchKeys(document, endpoint)
    }

    /// Nil when the keys are less than a minute old.
    private func newerKeys(_ document: IssuerDocument, _ endpoint: JSONEndpoint) throws(OAuthRefusal)
        -> KeySet?
    {
        let now = wallClock()
        if let cached = known.withLock({ $0.keys }), now - cached.fetchedAt < .minute { return nil }
        return try fetchKeys(document, endpoint)
    }

    private func fetchKeys(_ document: IssuerDocument, _ endpoint: JSONEndpoint) throws(OAuthRefusal)
        -> KeySet
    {
        let now = wallClock()
        let response = try endpoint.get(document.keysURL)
        guard response.status == 200, let keys = KeySet(json: response.body) else {
            throw .unavailable("the issuer's keys are missing or malformed")
        }
        let until = now + Freshness.seconds(of: response)
        known.withLock { $0.keys = (keys, until, now) }
        return keys
    }
}

/// How long an answer may be kept by its `Cache-Control`, within bounds of ours.
enum Freshness {
    static func seconds(of response: OutboundResponse) -> Seconds {
        let directives = (response.header("cache-control") ?? "").lowercased().split(separator: ",")
        let age = directives.lazy.compactMap { directive -> Int64? in
            let parts = directive.split(separator: "=").map { $0.filter { $0 != " " } }
            return parts.count == 2 && parts[0] == "max-age" ? Int64(parts[1]) : nil
        }.first
        return Seconds(min(max(age ?? 3_600, 300), 86_400))
    }
}
