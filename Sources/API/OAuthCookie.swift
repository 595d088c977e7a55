import HTTP
import Operations

/// The cookie `oauth`: the secret of a sign-in that is under way at a provider. It is sent to the two routes of such
/// sign-ins only, and to them when the provider sends the browser back, which `Lax` allows.
enum OAuthCookie {
    private static let name = "oauth"

    /// Nil when there is none, or more than one, since one of them was planted.
    static func value(in request: Request) -> String? {
        let values = Cookies.values(of: name, in: request)
        return values.count == 1 ? values[0] : nil
    }

    static func set(_ secret: String, in request: Request) -> (name: String, value: String) {
        header("\(name)=\(secret); Max-Age=\(Context.oauthLifetime.count)", request)
    }

    static func clear(in request: Request) -> (name: String, value: String) {
        header("\(name)=; Max-Age=0", request)
    }

    private static func header(_ pair: String, _ request: Request) -> (name: String, value: String) {
        let rest = "Path=/v1/auth/oauth; HttpOnly; SameSite=Lax\(request.isHTTPS ? "; Secure" : "")"
        return ("Set-Cookie", "\(pair); \(rest)")
    }
}
