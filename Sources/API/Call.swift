import Domain
import HTTP
import Logging
import Operations

/// What a handler is given: the request, and who sent it.
struct Call {
    let request: Request
    let context: Context
    let catalog: CatalogCache
    let catalogReplies: CatalogReplies
    let identityProviders: IdentityProviders
    let cardPayments: CardPayments?
    let logger: Logger
    let parameters: [String: String]  // The named segments of the path.
    let caller: Caller?  // Never nil where the route is not for anyone.

    /// Where the route is for those signed in, by cookie.
    var signedIn: SignedIn {
        guard case .session(let signedIn) = caller else {
            preconditionFailure("the route is for those signed in")
        }
        return signedIn
    }

    var user: ID<User> {
        guard let caller else { preconditionFailure("the route is not for anyone") }
        return caller.user.id
    }

    /// The same call, working through another context.
    func with(_ context: Context) -> Call {
        Call(
            request: request, context: context, catalog: catalog, catalogReplies: catalogReplies,
            identityProviders: identityProviders, cardPayments: cardPayments, logger: logger,
            parameters: parameters, caller: caller)
    }

    /// The id in the path; nil when it is ill-formed, which is answered like an unknown one.
    func id<Subject>() -> ID<Subject>? {
        guard let text = parameters["id"] else { return nil }
        return ID(text)
    }
}
