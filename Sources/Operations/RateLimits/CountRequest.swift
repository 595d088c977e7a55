import Domain
import Storage

extension Context {
    /// Counts a request against the limits of a minute and an hour. One that is refused is not counted,
    /// so hammering does not make the wait longer. On a full disk nothing is counted: reading goes on then, and what
    /// writes is refused by the books.
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
        func counts(in session: any ReadSession) throws -> [(RateLimit, used: Int64)] {
            try limits.map {
                let used = try session.requestCount(
                    of: subject, window: $0.window, startingAt: $0.start(at: now))
                return ($0, used)
            }
        }
        func reading(_ counts: [(RateLimit, used: Int64)]) -> RateLimitReading {
            let readings = counts.map { limit, used in limit.reading(used: used, adding: tenths, at: now) }
            return RateLimitReading.tighter(readings[0], readings[1])
        }
        let counted = try ephemeral.writeIfThereIsRoom { transaction in
            let counts = try counts(in: transaction)
            let reading = reading(counts)
            guard reading.allowed else { return reading }
            for (limit, used) in counts {
                try transaction.setRequestCount(
                    used + Int64(tenths), of: subject, window: limit.window, startingAt: limit.start(at: now))
            }
            return reading
        }
        return try counted ?? ephemeral.read { reading(try counts(in: $0)) }
    }

    /// Limits are for callers, so they follow the clock on their wall.
    var wallClock: Instant { Instant(environment.clocks().realtime / 1_000) }

    func forgetOldCounts() throws {
        let hourAgo = wallClock - .hour
        try ephemeral.write { try $0.forgetRequestCounts(startedBefore: hourAgo) }
    }
}
