import Domain
import HTTP
import Operations

/// Who sent a request, and what let them in.
enum Caller: Sendable {
    case session(SignedIn)  // By cookie: the renter in a browser, who may do everything.
    case token(TokenHolder)  // By `Authorization: Bearer`: a program, within its scopes.

    /// Nil for one who is not signed in. A token goes before a cookie.
    /// - Throws: `ErrorAnswer` for two cookies, and for a token that lets nobody in.
    static func identify(_ request: Request, in context: Context) throws -> Caller? {
        let authorization = request.headers["authorization"] ?? []
        guard authorization.count <= 1 else {
            throw ErrorAnswer.invalid("Authorization", "is there more than once")
        }
        let sid = try SessionCookie.value(in: request)
        if let secret = authorization.first.flatMap(bearer) {
            guard let holder = try context.tokenHolder(secret: secret) else { throw ErrorAnswer.invalidToken }
            return .token(holder)
        }
        return try sid.flatMap { try context.signedIn(sid: $0) }.map(Caller.session)
    }

    private static func bearer(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].lowercased() == "bearer" else { return nil }
        return parts.count == 2 ? String(parts[1]) : ""
    }

    var user: UserView {
        switch self {
        case .session(let signedIn): signedIn.user
        case .token(let holder): holder.user
        }
    }

    /// Whose limits a request counts against.
    var limitSubject: String {
        switch self {
        case .session(let signedIn): signedIn.session.text
        case .token(let holder): holder.token.id.text
        }
    }

    /// Cookies are sent along by browsers, whoever's page asks; tokens never are.
    var isSentByBrowsersAlone: Bool {
        if case .session = self { true } else { false }
    }
}

extension Actor {
    /// By whom a request was sent; nobody is a renter who is about to sign in.
    init(_ caller: Caller?, _ request: Request) {
        let name = if case .token(let holder) = caller { "token:\(holder.token.id)" } else { "user" }
        let address = request.clientAddress
        self.init(name, address: address.isEmpty ? nil : address, requestID: request.requestID)
    }
}
