import Domain
import Storage

/// What was charged in a time, in sums.
package struct UsageView: Sendable {
    package enum Grouping: String, CaseIterable, Sendable { case day, rental, family }

    package struct Sum: Sendable {
        package let key: String  // A day (UTC), a rental's id, a family.
        package let charged: Cents
        package let seconds: Seconds
    }

    package let grouping: Grouping
    package let from: Instant
    package let to: Instant
    package let sums: [Sum]
    package var total: Cents { sums.map(\.charged).sum() }
}

extension Context {
    /// Sums of what was posted from `from` and before `to`; of the last thirty days unless said otherwise. Days in their
    /// order, all others by what they cost.
    package func usage(
        of user: ID<User>, by grouping: UsageView.Grouping, from: Instant?, to: Instant?
    ) throws -> UsageView {
        try database.read { session in
            let now = try now(in: session)
            let to = to ?? now + Seconds(1)
            let from = from ?? to - Seconds(30 * 86_400)
            let key: SQL =
                switch grouping {
                case .day: "CAST(e.posted_at_s / 86400 AS TEXT)"
                case .rental: "r.id"
                case .family: "r.family"
                }
            let order: SQL = grouping == .day ? "1" : "2 DESC, 1"
            let sums = try session.rows(
                """
                SELECT \(key) AS name, SUM(-e.amount_cents) AS cents, SUM(u.to_s - u.from_s) AS seconds
                  FROM ledger_entry e
                  JOIN usage u ON u.id = e.usage_id
                  JOIN rental r ON r.id = u.rental_id
                 WHERE e.user_id = \(user) AND e.posted_at_s >= \(from) AND e.posted_at_s < \(to)
                 GROUP BY 1 ORDER BY \(order)
                """
            ).map { row in
                let name = row.text("name")
                let day = Int64(name).map { String(Instant($0 * 86_400).iso8601.prefix(10)) }
                return UsageView.Sum(
                    key: grouping == .day ? day ?? name : name, charged: row.cents("cents"),
                    seconds: row.seconds("seconds"))
            }
            return UsageView(grouping: grouping, from: from, to: to, sums: sums)
        }
    }
}
