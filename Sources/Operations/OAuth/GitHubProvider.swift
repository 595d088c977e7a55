import OAuth
import Outbound

/// GitHub, or an Enterprise Server of one's own.
struct GitHubProvider: IdentityProvider {
    let url: String  // https://github.com
    let clientID: String
    let secret: String
    let send: Send

    /// The API's own host at github.com; a path of the server elsewhere.
    private var api: String { url == "https://github.com" ? "https://api.github.com" : "\(url)/api/v3" }

    init(url: String, clientID: String, secret: String, send: @escaping Send) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.clientID = clientID
        self.secret = secret
        self.send = send
    }

    func address(for attempt: SignInAttempt, redirectURI: String) throws(OAuthRefusal) -> String {
        attempt.authorizationURL(
            "\(url)/login/oauth/authorize", clientID: clientID, redirectURI: redirectURI, scope: "user:email",
            withNonce: false)
    }

    func identity(
        by answer: AuthorizationAnswer, of attempt: SignInAttempt, redirectURI: String
    ) throws(OAuthRefusal) -> ForeignIdentity {
        guard answer.issuer == nil || answer.issuer == url || answer.issuer == "\(url)/login/oauth" else {
            throw .failed("the answer names another issuer")
        }
        let endpoint = JSONEndpoint(send)
        let fields = [
            ("client_id", clientID), ("client_secret", secret), ("code", answer.code),
            ("redirect_uri", redirectURI), ("code_verifier", attempt.verifier),
        ]
        let token =
            switch try endpoint.redeem(fields, at: "\(url)/login/oauth/access_token") {
            case .granted(let token, _): token
            case .refused(let code): throw .failed("the code was refused: \(code)")
            }
        let user = try endpoint.get("\(api)/user", accessToken: token)
        guard user.status == 200, let subject = GitHubAnswer.subject(json: user.body) else {
            throw .failed("GitHub does not say who it is: \(user.status)")
        }
        // Without the scope, which people can withhold, there is no list: then no address is vouched for.
        let emails = try endpoint.get("\(api)/user/emails?per_page=100", accessToken: token)
        return ForeignIdentity(
            issuer: url, subject: subject,
            email: emails.status == 200 ? GitHubAnswer.email(json: emails.body) : nil)
    }
}
