import Domain
import Storage

/// One round of settling, a turn at a time: between two of them others write. What must end is looked for before each,
/// so that it does not wait behind thousands of hours.
struct SettlementRound {
    private let meter: Meter
    private var hours: ArraySlice<ID<User>>
    private var troubled: Set<ID<User>> = []  // Tried again in the next round, not in this one.

    init(of meter: Meter) throws {
        self.meter = meter
        hours = try meter.context.hoursDue()[...]
    }

    /// - Returns: whether something may be left to do.
    mutating func step() throws -> Bool {
        var ends = try meter.context.endsDue().filter { !troubled.contains($0) }[...]
        guard !ends.isEmpty || !hours.isEmpty else { return false }
        defer { meter.context.environment.ringBell() }
        while !ends.isEmpty {
            guard let trouble = try settleSome(of: &ends) else { return false }
            troubled.formUnion(trouble)
        }
        guard !hours.isEmpty else { return true }
        let trouble = try settleSome(of: &hours)
        troubled.formUnion(trouble ?? [])
        return trouble != nil
    }

    private func settleSome(of users: inout ArraySlice<ID<User>>) throws -> [ID<User>]? {
        try meter.oneTurn(of: &users) { user, transaction, now in
            try meter.context.settle(user, at: now, in: transaction)
        }
    }
}

extension Context {
    /// Whose wallet is at the end of its money, and who has a rental at its auto-stop, or an end that can be billed.
    /// A last second that is paid for is over before anything ends: the nearest second would be up to half of one early.
    fileprivate func endsDue() throws -> [ID<User>] {
        try database.read { session in
            let now = Instant(reachedAtMilliseconds: try nowMilliseconds(in: session))
            return try session.rows(
                """
                SELECT user_id FROM wallet WHERE exhausts_at_s <= \(now)
                UNION SELECT user_id FROM rental WHERE auto_stop_at_s <= \(now) AND ends_at_s IS NULL
                UNION SELECT user_id FROM rental
                       WHERE state = 'stopping' AND closed_at_s IS NULL AND confirmed_at_s >= ends_at_s
                """
            ).map { row -> ID<User> in row.id("user_id") }
        }
    }

    /// Who has used a pod for an hour that is not posted yet.
    fileprivate func hoursDue() throws -> [ID<User>] {
        try database.read { session in
            try session.rows(
                """
                SELECT DISTINCT user_id FROM rental
                 WHERE state = 'running' AND confirmed_at_s >= running_at_s + billed_s + 3600
                """
            ).map { row -> ID<User> in row.id("user_id") }
        }
    }
}
