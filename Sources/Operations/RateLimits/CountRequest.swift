import Domain
import Storage

extension Context {
    /// Counts a request against the limits of a minute and an hour. One that is refused is not counted,
    /// so hammering does not make the wait longer.
    /// - Parameters:
    ///   - subject: Whom it is counted for: a session's or token's id, or an address.
    ///   - tenths: Of a request: 10, or 1 for cheap polling.
    package func countRequest(by subject: String, tenths: Int) throws -> RateLimitReading {
        precondition((0...10).contains(tenths), "a request counts at most whole")
        let now = wallClock
        let limits = [
            RateLimit(requests: settings.limits.requestsPerMinute, window: .minute),
            RateLimit(requests: settings.limits.requestsPerHour, window: .hour),
        ]
        return try ephemeral.write { transaction in
            let counted = try limits.map { limit in
                let start = limit.start(at: now)
                return (
                    limit, start,
                    try transaction.requestCount(of: subject, window: limit.window, startingAt: start)
                )
            }
            let readings = counted.map { limit, _, used in limit.reading(used: used, adding: tenths, at: now)
            }
            let tighter = RateLimitReading.tighter(readings[0], readings[1])
            guard tighter.allowed else { return tighter }
            for (limit, start, used) in counted {
                try transaction.setRequestCount(
                    used + Int64(tenths), of: subject, window: limit.window, startingAt: start)
            }
            return tighter
        }
    }

    /// Limits are for callers, so they follow the clock on their wall.
    var wallClock: Instant { Instant(environment.clocks().realtime / 1_000) }

    func forgetOldCounts() throws {
        let hourAgo = wallClock - .hour
        try ephemeral.write { try $0.forgetRequestCounts(startedBefore: hourAgo) }
    }
}
