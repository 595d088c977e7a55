import Domain
import Operations

extension Route.Access {
    /// - Throws: 401 when nobody is signed in, 403 when the caller may not do this.
    func check(_ caller: Caller?) throws {
        if self == .anyone || self == .signed { return }
        guard let caller else { throw ErrorAnswer.unauthorized }
        guard caller.user.closedAt == nil else { throw ErrorAnswer.forbidden("This account is closed.") }
        guard case .token(let holder) = caller else { return }
        switch self {
        case .anyone, .signed: return
        case .signedIn: throw ErrorAnswer.forbidden("Sign in for this: no token may do it.")
        case .scope(let scope):
            guard holder.token.scopes.all.contains(scope) else { throw ErrorAnswer.insufficientScope(scope) }
        }
    }
}
