import HTTP

/// The cookie `sid`: 256 random bits, base64url. The database knows only its hash.
enum SessionCookie {
    private static let name = "sid"
    private static let lifetime = 30 * 86_400  // Seconds; slides with `GET /v1/auth/me`.

    /// The one that the request carries.
    /// - Throws: 400 when there are two, since one of them was planted.
    static func value(in request: Request) throws -> String? {
        let values = Cookies.values(of: name, in: request)
        guard values.count <= 1 else { throw ErrorAnswer.invalid("cookie", "has two values of sid") }
        return values.first.flatMap { $0.isEmpty ? nil : $0 }
    }

    static func set(_ sid: String, in request: Request) -> (name: String, value: String) {
        header("\(name)=\(sid); Max-Age=\(lifetime)", request)
    }

    static func clear(in request: Request) -> (name: String, value: String) {
        header("\(name)=; Max-Age=0", request)
    }

    private static func header(_ pair: String, _ request: Request) -> (name: String, value: String) {
        ("Set-Cookie", "\(pair); Path=/; HttpOnly; SameSite=Lax\(request.isHTTPS ? "; Secure" : "")")
    }
}
