import OAuth
import Outbound

/// Why an account elsewhere signs nobody in. The words are for the log: they hold nothing that was secret.
package enum OAuthRefusal: Error, Hashable, Sendable {
    case unavailable(String)  // The provider is not set up, does not answer, or not as it should.
    case stateMismatch  // What came back is not of this browser, not of this time, or was used before.
    case noEmail  // No verified address came with it.
    case failed(String)  // The provider says no, or its word does not hold.
    case notAdmitted(AdmissionRefusal)
}

/// Who signed in elsewhere. The pair of issuer and subject is never given to another person.
struct ForeignIdentity: Hashable, Sendable {
    let issuer: String
    let subject: String
    let email: VouchedEmail?
}

/// One provider of identities, at the two ends of the code flow.
protocol IdentityProvider: Sendable {
    /// Where to send the browser.
    func address(for attempt: SignInAttempt, redirectURI: String) throws(OAuthRefusal) -> String

    /// Who came back with `return`.
    func identity(
        by answer: AuthorizationAnswer, of attempt: SignInAttempt, redirectURI: String
    ) throws(OAuthRefusal) -> ForeignIdentity
}

/// What the browser brought back, once its state has been found to be ours.
package struct AuthorizationAnswer: Sendable {
    package let code: String
    package let issuer: String?  // RFC 9207

    package init(code: String, issuer: String?) {
        self.code = code
        self.issuer = issuer
    }
}

/// How this outlet asks a provider. Tests put their own in its place.
typealias Send = @Sendable (OutboundRequest) throws(OutboundError) -> OutboundResponse

/// A provider's endpoints that answer in JSON, for one person's sign-in: all of its requests share a deadline, which
/// lies well before the one of the web server.
struct JSONEndpoint: Sendable {
    private let send: Send
    private let end = ContinuousClock.now + .seconds(12)
    private static let longest = Duration.seconds(6)  // For one request.

    init(_ send: @escaping Send) { self.send = send }

    func get(_ address: String, accessToken: String? = nil) throws(OAuthRefusal) -> OutboundResponse {
        let token = accessToken.map { [("Authorization", "Bearer \($0)")] } ?? []
        return try ask(.get, address, headers: token)
    }

    /// Redeems a code. The answer may be of any status below 500: what matters is in its body.
    func redeem(
        _ fields: [(name: String, value: String)], at address: String,
        headers: [(name: String, value: String)] = []
    ) throws(OAuthRefusal) -> TokenAnswer {
        let form = [("Content-Type", "application/x-www-form-urlencoded")] + headers
        let response = try ask(.post, address, headers: form, body: Array(Form.encode(fields).utf8))
        return TokenAnswer(json: response.body)
    }

    private func ask(
        _ method: OutboundRequest.Method, _ address: String, headers: [(name: String, value: String)],
        body: [UInt8] = []
    ) throws(OAuthRefusal) -> OutboundResponse {
        guard let url = OutboundURL(address) else { throw .unavailable("an endpoint's address is not https") }
        let left = end - .now
        guard left > .zero else { throw .unavailable("\(url.host): all answers together took too long") }
        let request = OutboundRequest(
            method, url, headers: [("Accept", "application/json")] + headers, body: body,
            within: min(left, Self.longest))
        let response: OutboundResponse
        do { response = try send(request) } catch { throw .unavailable("\(error)") }
        guard response.status < 500, response.status != 429 else {
            throw .unavailable("\(url.host) answered \(response.status)")
        }
        return response
    }
}
