import Domain
import Storage

/// One round of settling, a turn at a time: between two of them others write. What must end is looked for before each,
/// so that it does not wait behind thousands of hours.
struct SettlementRound {
    private let meter: Meter
    private var hours: ArraySlice<ID<User>>
    private var tried: Set<ID<User>> = []  // Whose ends were looked after in this second.
    private var second: Instant?

    init(of meter: Meter) throws {
        self.meter = meter
        hours = try meter.context.hoursDue()[...]
    }

    /// - Returns: whether something may be left to do.
    mutating func step() throws -> Bool {
        var ends = try newEnds()[...]
        guard !ends.isEmpty || !hours.isEmpty else { return false }
        defer { meter.context.environment.ringBell() }
        while !ends.isEmpty { guard try settleSome(of: &ends) else { return false } }
        return try hours.isEmpty || settleSome(of: &hours)
    }

    /// One that stays due, such as a wallet with trouble, has its next turn with the next second.
    private mutating func newEnds() throws -> [ID<User>] {
        let (due, now) = try meter.context.endsDue()
        if now != second { tried = [] }
        second = now
        return due.filter { tried.insert($0).inserted }
    }

    private func settleSome(of users: inout ArraySlice<ID<User>>) throws -> Bool {
        try meter.oneTurn(of: &users) { user, transaction, now in
            try meter.context.settle(user, at: now, in: transaction)
        }
    }
}

extension SettlementRound {
    /// Whose wallet is at the end of its money, and who has a rental at its auto-stop, or an end that can be billed.
    static func endsDue(at now: Instant) -> SQL {
        """
        SELECT user_id FROM wallet WHERE exhausts_at_s <= \(now)
        UNION SELECT user_id FROM rental WHERE auto_stop_at_s <= \(now) AND ends_at_s IS NULL
        UNION SELECT user_id FROM rental
               WHERE state = 'stopping' AND closed_at_s IS NULL AND confirmed_at_s >= ends_at_s
        """
    }

    /// Who has used a pod for an hour that is not posted yet.
    static let hoursDue: SQL = """
        SELECT DISTINCT user_id FROM rental
         WHERE state = 'running' AND confirmed_at_s >= running_at_s + billed_s + 3600
        """
}

extension Context {
    /// A last second that is paid for is over before anything ends: the nearest second would be up to half of one early.
    fileprivate func endsDue() throws -> (users: [ID<User>], now: Instant) {
        try database.read { session in
            let now = Instant(reachedAtMilliseconds: try nowMilliseconds(in: session))
            let rows = try session.rows(SettlementRound.endsDue(at: now))
            return (rows.map { row -> ID<User> in row.id("user_id") }, now)
        }
    }

    fileprivate func hoursDue() throws -> [ID<User>] {
        try database.read { session in
            try session.rows(SettlementRound.hoursDue).map { row -> ID<User> in row.id("user_id") }
        }
    }
}
