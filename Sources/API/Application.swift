import Configuration
import HTTP
import Logging
import Operations
import Storage

/// The whole of the HTTP interface: takes a request, or what was wrong with one, and answers.
/// Shared by all threads; each brings its own `Context`.
package final class Application: Sendable {
    private let logger: Logger
    private let catalog: CatalogCache
    private let catalogReplies = CatalogReplies()
    private let identityProviders: IdentityProviders
    private let cards: CardPayments?
    private let crossSite: CrossSite
    private let routes: [Route]

    package convenience init(
        settings: Settings, logger: Logger, catalog: CatalogCache, identityProviders: IdentityProviders,
        cards: CardPayments?
    ) {
        self.init(
            settings: settings, logger: logger, catalog: catalog, identityProviders: identityProviders,
            cards: cards, routes: API.routes)
    }

    init(
        settings: Settings, logger: Logger, catalog: CatalogCache, identityProviders: IdentityProviders,
        cards: CardPayments?, routes: [Route]
    ) {
        self.logger = logger
        self.catalog = catalog
        self.identityProviders = identityProviders
        self.cards = cards
        self.routes = routes
        crossSite = CrossSite(settings)
    }

    /// Answers; whatever fails inside becomes a 500 that tells nothing but the request's id.
    package func respond(to result: Result<Request, RequestFault>, in context: Context) -> Response {
        let started = ContinuousClock.now
        var record = AccessRecord()
        var response: Response
        switch result {
        case .failure(let fault):
            record.requestID = fault.requestID
            response = ErrorAnswer(fault).response(requestID: fault.requestID)
        case .success(let request):
            record.requestID = request.requestID
            record.method = request.method?.rawValue ?? "-"
            response = answer(to: request, in: context, noting: &record)
        }
        response.setHeader("X-Request-Id", record.requestID)
        if !response.headers.contains(where: { $0.name == "Cache-Control" }) {
            response.setHeader("Cache-Control", "no-store")
        }
        record.log(status: response.status, took: ContinuousClock.now - started, to: logger)
        return response
    }

    private func answer(to request: Request, in context: Context, noting record: inout AccessRecord)
        -> Response
    {
        var limit: RateLimitReading?
        let match = Match(request, in: routes)
        if case .route(let route, _) = match { record.route = route.pattern.description }
        var response = refusing(request, record) {
            switch match {
            case .route(let route, let parameters):
                guard route.onlyReads else {
                    return try run(route, parameters, request, in: context, limit: &limit, noting: &record)
                }
                return try context.inOneView {
                    try run(route, parameters, request, in: $0, limit: &limit, noting: &record)
                }
            case .nothing:
                limit = try countStray(request, in: context)
                throw ErrorAnswer.notFound
            case .preflight(let allow):
                limit = try countStray(request, in: context)
                return Response(status: 204, headers: [("Allow", allow)])
            case .wrongMethod(let allow):
                limit = try countStray(request, in: context)
                throw ErrorAnswer.wrongMethod(allow: allow)
            }
        }
        if let limit { response.setRateLimit(limit) }
        return response
    }

    /// What fits no route counts too: for the caller, as far as they say who they are.
    private func countStray(_ request: Request, in context: Context) throws -> RateLimitReading {
        let context = context.acting(as: Actor(nil, request))
        let caller: Caller?
        do { caller = try Caller.identify(request, in: context) } catch is ErrorAnswer { caller = nil }
        var limiter = RateLimiter(
            caller: caller?.limitSubject ?? Context.subject(ofAddress: request.clientAddress))
        return try limiter.before(in: context)
    }

    /// The order of the checks is the order in which their answers take precedence.
    private func run(
        _ route: Route, _ parameters: [String: String], _ request: Request, in context: Context,
        limit: inout RateLimitReading?, noting record: inout AccessRecord
    ) throws -> Response {
        func limiter(of caller: Caller?) -> RateLimiter {
            let subject = caller?.limitSubject ?? Context.subject(ofAddress: request.clientAddress)
            return RateLimiter(route: route, request: request, caller: subject)
        }
        let caller: Caller?
        do {
            caller = try admit(request, to: route, in: context, noting: &record)
        } catch {
            // Counts for the address: nobody tries out cookies or origins without limit.
            var limiter = limiter(of: nil)
            limit = try limiter.before(in: context)
            throw error
        }
        let context = context.acting(as: Actor(caller, request))
        let call = Call(
            request: request, context: context, catalog: catalog, catalogReplies: catalogReplies,
            identityProviders: identityProviders, cardPayments: cards, logger: logger, parameters: parameters,
            caller: caller)
        guard route.cost != .free else { return try validated(route.handle(call), route, call) }

        var limiter = limiter(of: caller)
        let taken = try limiter.before(in: context)
        limit = taken
        let response = try repeatable(call, route) { call in
            validated(refusing(request, record) { try route.handle(call) }, route, call)
        }
        limit = nil  // A refusal brings its own.
        limit = try limiter.after(response, in: context) ?? taken
        return response
    }

    /// Who sent the request, when they may call the route at all.
    private func admit(
        _ request: Request, to route: Route, in context: Context, noting record: inout AccessRecord
    ) throws -> Caller? {
        guard route.access != .signed else { return nil }
        let caller = try Caller.identify(request, in: context.acting(as: Actor(nil, request)))
        record.user = caller?.user.id.text
        try route.access.check(caller)
        if caller?.isSentByBrowsersAlone ?? true { try crossSite.check(request) }
        return caller
    }

    /// Runs `body`; a refusal becomes its answer, a fault is logged and becomes `internal_error`, or `storage_full`.
    private func refusing(_ request: Request, _ record: AccessRecord, _ body: () throws -> Response)
        -> Response
    {
        do { return try body() } catch {
            if let refusal = ErrorAnswer(refusal: error) {
                return refusal.response(requestID: request.requestID)
            }
            logger.error(
                "fault",
                metadata: [
                    "error": "\(error)", "route": "\(record.route)", "requestId": "\(request.requestID)",
                ])
            let answer: ErrorAnswer = error is DiskFull ? .storageFull : .internalError
            return answer.response(requestID: request.requestID)
        }
    }
}
