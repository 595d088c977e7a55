import Domain

/// How often each caller has asked lately, in the memory of one process.
///
/// A count goes through the database when a process first meets a caller, once a second while they ask, and for each
/// twentieth of their limit. So several responders, each with counts of its own, let nobody far above a limit, and a
/// process that dies forgets a second at most. Written with each request, counts would be most of what a read costs.
package final class RequestCounts: Sendable {
    private struct Kept {
        var counts: [RequestCount]
        var unwritten: Int64 = 0  // Tenths that the database does not know of.
        let writtenAt: Int64  // Milliseconds since boot.

        /// Nil when the database has to be asked.
        mutating func take(_ tenths: Int, at now: Instant, boottime: Int64) -> RateLimitReading? {
            guard counts.allSatisfy({ $0.isOpen(at: now) }),
                (0..<RequestCounts.patience).contains(boottime - writtenAt),
                unwritten + Int64(tenths) <= counts.map(\.limit.requests).min()! / 2
            else { return nil }
            let reading = RateLimitReading(of: counts, adding: tenths, at: now)
            guard reading.allowed else { return reading }
            for place in counts.indices { counts[place].used += Int64(tenths) }
            unwritten += Int64(tenths)
            return reading
        }
    }

    private static let patience: Int64 = 1_000
    private static let mostCallers = 10_000
    private let kept = Guarded<[String: Kept]>([:])

    package init() {}

    /// Decides about a request in memory, and counts it when it is allowed; nil when the database has to be asked.
    /// - Parameter now: The wall clock, for the windows.
    func take(_ tenths: Int, by subject: String, at now: Instant, boottime: Int64) -> RateLimitReading? {
        kept.withLock { kept in
            guard let place = kept.index(forKey: subject) else { return nil }
            return kept.values[place].take(tenths, at: now, boottime: boottime)
        }
    }

    /// What was counted here, for whoever writes it down now.
    func takeUnwritten(of subject: String) -> Unwritten {
        let own = kept.withLock { $0.removeValue(forKey: subject) }
        return Unwritten(tenths: own?.unwritten ?? 0, counts: own?.counts ?? [])
    }

    struct Unwritten {
        fileprivate let tenths: Int64
        fileprivate let counts: [RequestCount]

        /// Of a window that is over it no longer matters.
        func tenths(of limit: RateLimit, startingAt start: Instant) -> Int64 {
            counts.contains { $0.limit == limit && $0.start == start } ? tenths : 0
        }
    }

    /// What the database says now.
    func keep(_ counts: [RequestCount], of subject: String, boottime: Int64) {
        kept.withLock { kept in
            if kept.count >= Self.mostCallers { kept = [:] }
            kept[subject] = Kept(counts: counts, writtenAt: boottime)
        }
    }
}

/// What one caller has used of one limit in the window that runs.
struct RequestCount: Sendable {
    let limit: RateLimit
    let start: Instant
    var used: Int64  // Tenths.

    func isOpen(at now: Instant) -> Bool { limit.start(at: now) == start }
}

extension RateLimitReading {
    /// By the tighter of the limits.
    init(of counts: [RequestCount], adding tenths: Int, at now: Instant) {
        let readings = counts.map { $0.limit.reading(used: $0.used, adding: tenths, at: now) }
        self = readings.dropFirst().reduce(readings[0], RateLimitReading.tighter)
    }
}
