import Domain
import HTTP

/// One line of the route table: what is called how, and who may. A class, since all threads walk over the same ones and
/// would count each part of a copy.
final class Route: Sendable {
    typealias Handle = @Sendable (Call) throws -> Response

    enum Access: Hashable, Sendable {
        case anyone
        case signedIn  // By cookie only: no token makes tokens or sessions, or ends them.
        case scope(Scope)  // By cookie, or by a token that has this scope.
        case signed  // Programs that sign what they send; no cookie, token or origin means anything.
    }

    /// How a POST with an `Idempotency-Key` is done once.
    enum Repetition: Sendable {
        case oneTransaction  // The key, the work and the reply together.
        /// Its work has to wait for others, so it cannot be one transaction. The handler goes on from wherever an
        /// earlier run with the same key broke off.
        case resumed
    }

    /// What one request takes from its caller's limit, in tenths.
    enum Cost: Int, Sendable { case free = 0, poll = 1, full = 10 }

    enum Caching: Sendable {
        case none  // `no-store`
        case validated  // One's own, again with each look: an ETag, and 304 while it is the same.
        case shared  // The same for everybody, for some seconds; an ETag too.
    }

    /// Whether it changes nothing that it reads afterwards, so that it may read all of one moment.
    var onlyReads: Bool { method == .get && access == .scope(.read) }

    let method: Request.Method
    let pattern: RoutePattern
    let access: Access
    let cost: Cost
    let caching: Caching
    let repetition: Repetition
    let handle: Handle

    init(
        _ method: Request.Method, _ pattern: RoutePattern, _ access: Access, cost: Cost = .full,
        caching: Caching = .none, repetition: Repetition = .oneTransaction, _ handle: @escaping Handle
    ) {
        self.method = method
        self.pattern = pattern
        self.access = access
        self.cost = cost
        self.caching = caching
        self.repetition = repetition
        self.handle = handle
    }
}

/// Every path that answers. Of two patterns that fit a path, the first counts.
let routes: [Route] = [
    Route(.get, "/v1/auth/me", .scope(.read), showMe),
    Route(.post, "/v1/auth/logout", .signedIn, logOut),
    Route(.post, "/v1/auth/link", .anyone, redeemLink),
    Route(.post, "/v1/auth/request-code", .anyone, requestCode),
    Route(.post, "/v1/auth/verify-code", .anyone, verifyCode),
    Route(.get, "/v1/auth/providers", .anyone, listSignInProviders),
    Route(.get, "/v1/auth/sessions", .signedIn, listSessions),
    Route(.delete, "/v1/auth/sessions/{id}", .signedIn, endSession),
    Route(.post, "/v1/auth/logout-everywhere", .signedIn, logOutEverywhere),
    Route(.get, "/v1/auth/oauth/{provider}", .anyone, beginOAuth),
    Route(.get, "/v1/auth/oauth/{provider}/callback", .anyone, finishOAuth),

    Route(.get, "/v1/ssh-keys", .scope(.read), listSSHKeys),
    Route(.post, "/v1/ssh-keys", .scope(.rent), addSSHKey),
    Route(.delete, "/v1/ssh-keys/{id}", .scope(.rent), deleteSSHKey),

    Route(.get, "/v1/tokens", .signedIn, listTokens),
    Route(.post, "/v1/tokens", .signedIn, createToken),
    Route(.delete, "/v1/tokens/{id}", .signedIn, deleteToken),

    Route(.get, "/v1/catalog/listings", .anyone, caching: .shared, listListings),
    Route(.get, "/v1/catalog/facets", .anyone, caching: .shared, showFacets),
    Route(.get, "/v1/catalog/families", .anyone, caching: .shared, listFamilies),
    Route(.get, "/v1/catalog/templates", .anyone, caching: .shared, listTemplates),
    Route(.get, "/v1/catalog/price-history", .anyone, caching: .shared, showPriceHistory),

    Route(.post, "/v1/rentals/preview", .scope(.read), previewRental),
    Route(.post, "/v1/rentals", .scope(.rent), createRental),
    Route(.get, "/v1/rentals", .scope(.read), caching: .validated, listRentals),
    Route(.get, "/v1/rentals/{id}", .scope(.read), cost: .poll, showRental),
    Route(.get, "/v1/rentals/{id}/meter", .scope(.read), cost: .poll, readMeter),
    Route(.get, "/v1/rentals/{id}/events", .scope(.read), listRentalEvents),
    Route(.get, "/v1/rentals/{id}/log", .scope(.read), showRentalLog),
    Route(.post, "/v1/rentals/{id}/stop", .scope(.rent), stopRental),

    Route(.get, "/v1/billing/balance", .scope(.read), caching: .validated, showBalance),
    Route(.get, "/v1/billing/ledger", .scope(.read), listLedger),
    Route(.get, "/v1/billing/seals", .scope(.read), listSeals),
    Route(.get, "/v1/billing/limits", .scope(.read), showLimits),
    Route(.put, "/v1/billing/limits", .scope(.billing), setLimits),
    Route(.get, "/v1/billing/usage", .scope(.read), showUsage),
    Route(.get, "/v1/billing/payments", .scope(.read), listPayments),
    Route(.post, "/v1/billing/checkout", .scope(.billing), repetition: .resumed, beginCheckout),
    Route(.post, "/v1/billing/setup-intent", .scope(.billing), repetition: .resumed, beginCardSetup),
    Route(.get, "/v1/billing/card", .scope(.read), showCard),
    Route(.delete, "/v1/billing/card", .scope(.billing), deleteCard),
    Route(.get, "/v1/billing/auto-topup", .scope(.read), showAutoTopup),
    Route(.put, "/v1/billing/auto-topup", .scope(.billing), setAutoTopup),
    Route(.get, "/v1/events", .scope(.read), listEvents),

    Route(.post, "/v1/webhooks/stripe", .signed, cost: .free, takeStripeEvent),
    Route(.post, "/api/v1/webhooks/stripe", .signed, cost: .free, takeStripeEvent),

    Route(.get, "/healthz", .anyone, cost: .free, showHealth),
    Route(.get, "/metrics", .anyone, cost: .free, showMetrics),
]

/// What the table says to one request.
enum Match {
    case route(Route, parameters: [String: String])
    case preflight(allow: String)  // OPTIONS
    case wrongMethod(allow: String)
    case nothing

    init(_ request: Request, in routes: [Route]) {
        guard let first = routes.first(where: { $0.pattern.fits(request.path) }) else {
            self = .nothing
            return
        }
        let wanted: Request.Method? = request.method == .head ? .get : request.method
        if let route = routes.first(where: { $0.method == wanted && $0.pattern == first.pattern }) {
            self = .route(route, parameters: route.pattern.match(request.path) ?? [:])
        } else {
            let candidates = routes.filter { $0.pattern == first.pattern }
            let methods =
                candidates.flatMap { $0.method == .get ? [$0.method, .head] : [$0.method] } + [.options]
            let allow = methods.map(\.rawValue).joined(separator: ", ")
            self = request.method == .options ? .preflight(allow: allow) : .wrongMethod(allow: allow)
        }
    }
}
