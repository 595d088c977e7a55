import Domain

/// Requests per window of time, counted in tenths; windows start at whole minutes and hours.
struct RateLimit: Hashable, Sendable {
    let requests: Int
    let window: Seconds

    /// The start of the window that `now` lies in.
    func start(at now: Instant) -> Instant {
        let count = now.secondsSince1970
        return Instant(count - (count % window.count + window.count) % window.count)
    }

    /// How the limit stands when `used` tenths were counted and `tenths` more are asked for.
    func reading(used: Int64, adding tenths: Int, at now: Instant) -> RateLimitReading {
        let limit = Int64(requests) * 10
        let allowed = used + Int64(tenths) <= limit
        let left = max(limit - used - (allowed ? Int64(tenths) : 0), 0)
        let reset = start(at: now) + window
        return RateLimitReading(
            limit: requests, remaining: Int(left / 10), resetAt: reset, allowed: allowed,
            retryAfter: allowed ? .zero : reset - now)
    }
}

/// How a subject stands with its limits after a request, by the tighter of them.
package struct RateLimitReading: Hashable, Sendable {
    package let limit: Int
    package let remaining: Int  // Whole requests.
    package let resetAt: Instant  // By the wall clock.
    package let allowed: Bool
    package let retryAfter: Seconds  // Zero when it was allowed.

    /// The reading that matters more to the caller: the longer wait, then the fewer that remain.
    static func tighter(_ left: RateLimitReading, _ right: RateLimitReading) -> RateLimitReading {
        if left.retryAfter != right.retryAfter { return left.retryAfter > right.retryAfter ? left : right }
        return left.remaining <= right.remaining ? left : right
    }
}
