import Domain

/// What one pod costs the outlet.
package struct AttemptCost: Hashable, Sendable {
    package let quoted: HourlyCost
    package let asked: HourlyCost?  // What the provider said of the pod itself.
    package let isAsked: Bool  // Whether it was asked, with or without an answer.
    package let expiresAt: Instant?

    /// What it is believed to cost.
    package var known: HourlyCost { asked ?? quoted }
}

extension ReadSession {
    package func cost(of attempt: Int64) throws -> AttemptCost? {
        try row("SELECT * FROM attempt_cost WHERE attempt_id = \(attempt)").map { row in
            AttemptCost(
                quoted: row.cost("quoted_micros"), asked: row.optionalCost("asked_micros"),
                isAsked: !row.isNull("asked_at_s"), expiresAt: row.optionalInstant("expires_at_s"))
        }
    }

    /// Tries of running rentals whose provider was not asked yet what it takes for the pod.
    package func attemptsWithoutRate(limit: Int) throws -> [Attempt] {
        try rows(
            """
            SELECT a.* FROM attempt a
              JOIN attempt_cost c ON c.attempt_id = a.id AND c.asked_at_s IS NULL
              JOIN rental r ON r.id = a.rental_id AND r.state = 'running'
             WHERE a.outcome = 'created' ORDER BY a.id LIMIT \(limit)
            """
        ).map(Attempt.init)
    }

    /// Tries whose pods live, and would be ended by their providers before then.
    package func attemptsExpiring(before: Instant, limit: Int) throws -> [Attempt] {
        try rows(
            """
            SELECT a.* FROM attempt a
              JOIN attempt_cost c ON c.attempt_id = a.id AND c.expires_at_s < \(before)
              JOIN rental r ON r.id = a.rental_id AND r.state IN ('provisioning', 'running')
             WHERE a.outcome = 'created' ORDER BY c.expires_at_s LIMIT \(limit)
            """
        ).map(Attempt.init)
    }

    /// Tries at a provider that had a pod at some time since then.
    package func attemptsWithPods(at provider: String, since: Instant) throws -> [Attempt] {
        try rows(
            """
            SELECT * FROM attempt
             WHERE provider = \(provider) AND upstream_id IS NOT NULL
               AND (ended_at_s IS NULL OR ended_at_s >= \(since))
             ORDER BY id
            """
        ).map(Attempt.init)
    }
}

extension Transaction {
    package func keepQuote(_ cost: HourlyCost, of attempt: Int64) throws {
        try run("INSERT INTO attempt_cost (attempt_id, quoted_micros) VALUES (\(attempt), \(cost))")
    }

    package func keepAsked(_ cost: HourlyCost?, of attempt: Int64, at now: Instant) throws {
        try run(
            "UPDATE attempt_cost SET asked_micros = \(cost), asked_at_s = \(now) WHERE attempt_id = \(attempt)"
        )
    }

    package func keepExpiry(_ expiresAt: Instant, of attempt: Int64) throws {
        try run("UPDATE attempt_cost SET expires_at_s = \(expiresAt) WHERE attempt_id = \(attempt)")
    }

    /// A provisioning rental waits at least so long, unless its time is over already.
    package func extendDeadline(of rental: ID<Rental>, to deadline: Instant, at now: Instant) throws {
        try run(
            """
            UPDATE rental SET deadline_at_s = \(deadline)
             WHERE id = \(rental) AND state = 'provisioning' AND deadline_at_s > \(now)
               AND deadline_at_s < \(deadline)
            """)
    }
}
