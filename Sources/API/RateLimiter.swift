import Domain
import HTTP
import Operations

/// Counts one request against its caller's limits: a poll, and every 304, is a tenth of a request.
struct RateLimiter {
    private let subject: String
    private let whole: Int  // Tenths.
    private let mayBeUnchanged: Bool
    private var counted = 0

    init(route: Route, request: Request, caller: String) {
        subject = caller
        whole = route.cost.rawValue
        mayBeUnchanged = route.caching != .none && request.headers["if-none-match"] != nil
    }

    /// Of a request that fits no route.
    init(caller: String) {
        (subject, whole, mayBeUnchanged) = (caller, Route.Cost.full.rawValue, false)
    }

    /// Takes what is certain already: of a request that may become a 304, its tenth.
    /// - Throws: 429 when that is more than is left.
    mutating func before(in context: Context) throws -> RateLimitReading {
        counted = mayBeUnchanged ? Route.Cost.poll.rawValue : whole
        return try take(counted, in: context)
    }

    /// Takes the rest of a request that had to be answered in full. Only reads have a rest, so refusing one
    /// after it ran undoes nothing.
    /// - Throws: 429 when that is more than is left.
    mutating func after(_ response: Response, in context: Context) throws -> RateLimitReading? {
        guard response.status != 304, counted < whole else { return nil }
        defer { counted = whole }
        return try take(whole - counted, in: context)
    }

    private func take(_ tenths: Int, in context: Context) throws -> RateLimitReading {
        let reading = try context.countRequest(by: subject, tenths: tenths)
        guard reading.allowed else {
            let seconds = max(reading.retryAfter.count, 1)
            throw ErrorAnswer(
                status: 429, code: "rate_limited", message: "Too many requests; try again in \(seconds) s.",
                headers: [("Retry-After", String(seconds))] + reading.headers)
        }
        return reading
    }
}

extension RateLimitReading {
    var headers: [(name: String, value: String)] {
        [
            ("X-RateLimit-Limit", String(limit)), ("X-RateLimit-Remaining", String(remaining)),
            ("X-RateLimit-Reset", String(resetAt.secondsSince1970)),
        ]
    }
}

extension Response {
    mutating func setRateLimit(_ reading: RateLimitReading) {
        for header in reading.headers { setHeader(header.name, header.value) }
    }
}
