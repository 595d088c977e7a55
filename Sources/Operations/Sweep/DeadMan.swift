import Domain
import Storage

/// What could be lost if the outlet died at this moment.
package struct DeadManFigure: Hashable, Sendable {
    package let pods: Int64  // That may be alive at a provider: nobody would end them.
    package let burnPerHour: Cents  // What they go on being sold at; their cost is at most that.
    package let unposted: Seconds  // Of all rentals together: confirmed, and not yet in the ledger.
    package let unpostedCents: Cents
    /// Since all that was committed was in a backup; nil when there is none.
    package let backupAge: Seconds?
    package let snapshotAge: Seconds?
    package let backupProblem: String?
}

extension Context {
    package func deadManFigure() throws -> DeadManFigure { try database.read { try deadManFigure(in: $0) } }

    func deadManFigure(in session: any ReadSession) throws -> DeadManFigure {
        let now = try now(in: session)
        let pods = try session.row(
            """
            SELECT COUNT(*) AS pods, COALESCE(SUM(a.rate_cents), 0) AS cents
              FROM attempt a
             WHERE a.outcome IN ('created', 'unknown')
            """)!
        let running = try session.rows(
            """
            SELECT rate_cents, billed_s, MAX(confirmed_at_s - running_at_s, billed_s) AS seen_s
              FROM rental WHERE running_at_s IS NOT NULL AND closed_at_s IS NULL
            """)
        let due = running.map { row -> Cents in
            let rate = row.rate("rate_cents")
            return rate.price(of: row.seconds("seen_s")) - rate.price(of: row.seconds("billed_s"))
        }
        let backup = try session.backupState()
        return DeadManFigure(
            pods: pods.int("pods"), burnPerHour: pods.cents("cents"),
            unposted: Seconds(running.map { $0.int("seen_s") - $0.int("billed_s") }.reduce(0, +)),
            unpostedCents: due.sum(),
            backupAge: backup.reachedAt.map { max(now - $0, .zero) },
            snapshotAge: backup.snapshotAt.map { max(now - $0, .zero) }, backupProblem: backup.problem)
    }
}

extension DeadManFigure {
    /// For monitoring.
    var metrics: [Metric] {
        func gauge(_ name: String, _ help: String, _ value: Int64) -> Metric {
            Metric(name: name, help: help, type: "gauge", value: value, labels: [])
        }
        var metrics = [
            gauge("outlet_pods_at_providers", "Pods that nobody would end if the outlet died now.", pods),
            gauge(
                "outlet_burn_cents_per_hour", "What these pods go on costing at most, in US cents an hour.",
                burnPerHour.count),
            gauge(
                "outlet_unposted_seconds", "Confirmed seconds of all rentals not yet in the ledger.",
                unposted.count),
            gauge("outlet_unposted_cents", "Their price, in US cents.", unpostedCents.count),
        ]
        if let backupAge {
            metrics.append(
                gauge(
                    "outlet_backup_age_seconds", "Since everything committed was in a backup.",
                    backupAge.count))
        }
        if let snapshotAge {
            metrics.append(
                gauge("outlet_snapshot_age_seconds", "Since the last snapshot.", snapshotAge.count))
        }
        return metrics
    }
}
