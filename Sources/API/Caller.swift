import HTTP
import Operations

/// Who sent a request.
enum Caller {
    /// Nil for one who is not signed in.
    /// - Throws: `ErrorAnswer` for two cookies, and for a token, since this outlet gives out none.
    static func identify(_ request: Request, in context: Context) throws -> SignedIn? {
        let authorization = request.headers["authorization"] ?? []
        guard authorization.count <= 1 else {
            throw ErrorAnswer.invalid("Authorization", "is there more than once")
        }
        let sid = try SessionCookie.value(in: request)
        if let scheme = authorization.first?.prefix(while: { $0 != " " }), scheme.lowercased() == "bearer" {
            throw ErrorAnswer.unauthorized
        }
        return try sid.flatMap { try context.signedIn(sid: $0) }
    }
}
