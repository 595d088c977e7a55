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
        let (now, boottime) = (wallClock, environment.clocks().boottime)
        let counts = environment.requestCounts
        if let reading = counts.take(tenths, by: subject, at: now, boottime: boottime) { return reading }
        let limits = [
            RateLimit(requests: settings.limits.requestsPerMinute, window: .minute),
            RateLimit(requests: settings.limits.requestsPerHour, window: .hour),
        ]
        let unwritten = counts.takeUnwritten(of: subject)
        func known(in session: any ReadSession) throws -> [RequestCount] {
            try limits.map { limit in
                let start = limit.start(at: now)
                let written = try session.requestCount(of: subject, window: limit.window, startingAt: start)
                let used = written + unwritten.tenths(of: limit, startingAt: start)
                return RequestCount(limit: limit, start: start, used: used)
            }
        }
        let written = try ephemeral.writeIfThereIsRoom { transaction in
            var known = try known(in: transaction)
            let reading = RateLimitReading(of: known, adding: tenths, at: now)
            for place in known.indices {
                if reading.allowed { known[place].used += Int64(tenths) }
                try transaction.setRequestCount(
                    known[place].used, of: subject, window: known[place].limit.window,
                    startingAt: known[place].start)
            }
            return (reading, known)
        }
        guard let (reading, known) = written else {
            return try ephemeral.read { RateLimitReading(of: try known(in: $0), adding: tenths, at: now) }
        }
        counts.keep(known, of: subject, boottime: boottime)
        return reading
    }

    /// Limits are for callers, so they follow the clock on their wall.
    var wallClock: Instant { Instant(environment.clocks().realtime / 1_000) }

    func forgetOldCounts() throws {
        let hourAgo = wallClock - .hour
        try ephemeral.write { try $0.forgetRequestCounts(startedBefore: hourAgo) }
    }
}
