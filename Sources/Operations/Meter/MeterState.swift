import Domain
import Storage

extension Context {
    /// How long ago the meter reported; nil when it never did.
    package func meterAge(in session: any ReadSession) throws -> Seconds? {
        guard let row = try session.row("SELECT reported_at_ms FROM meter_state WHERE id = 1") else {
            return nil
        }
        return try now(in: session) - Instant(milliseconds: row.int("reported_at_ms"))
    }

    /// What is wrong, for the operator and for `/healthz`.
    package func health() throws -> HealthView {
        try database.read { session in
            let age = try meterAge(in: session)
            var problems: [String] = []
            if let age, age > meterSilence {
                problems.append("the meter has not reported for \(age.count) s")
            }
            if age == nil { problems.append("the meter has never reported: start outlet-meter") }
            if try session.isReportOnly() {
                problems.append(
                    "the books were restored: nothing is launched until 'outletctl restore accept'")
            }
            return HealthView(meterAge: age, problems: problems)
        }
    }

    /// What monitoring should watch.
    package func figures() throws -> [Metric] {
        try database.read { session in
            let milliseconds = try nowMilliseconds(in: session)
            var metrics = try RentalStatus.allCases.map { status in
                Metric(
                    name: "outlet_rentals", help: "Rentals by status.", type: "gauge",
                    value: try session.count(
                        "SELECT COUNT(*) AS n FROM rental WHERE state = \(status.rawValue)"),
                    labels: [("status", status.rawValue)])
            }
            metrics.append(
                Metric(
                    name: "outlet_effects_open", help: "Orders to providers not yet carried out.",
                    type: "gauge",
                    value: try session.count("SELECT COUNT(*) AS n FROM effect WHERE done_at_ms IS NULL"),
                    labels: []))
            metrics.append(
                Metric(
                    name: "outlet_oldest_effect_milliseconds", help: "Age of the oldest open order.",
                    type: "gauge",
                    value: try session.row(
                        "SELECT MIN(created_at_ms) AS n FROM effect WHERE done_at_ms IS NULL")?.optionalInt(
                            "n"
                        ).map { milliseconds - $0 } ?? 0,
                    labels: []))
            if let age = try meterAge(in: session) {
                metrics.append(
                    Metric(
                        name: "outlet_meter_age_seconds", help: "Since the meter last reported.",
                        type: "gauge",
                        value: age.count, labels: []))
            }
            metrics.append(
                Metric(
                    name: "outlet_revenue_cents", help: "Charged to renters, in US cents.", type: "gauge",
                    value: try session.count(
                        "SELECT balance_cents AS n FROM account WHERE user_id IS NULL AND kind = 'revenue'"),
                    labels: []))
            metrics.append(
                Metric(
                    name: "outlet_listings_free", help: "Listings that can be rented now.", type: "gauge",
                    value: Int64(try session.rentableListings(at: now(in: session)).count), labels: []))
            metrics += try session.upstreamMoney().flatMap(\.metrics)
            metrics += try mail(in: session).metrics + session.paymentMetrics()
            return metrics + (try deadManFigure(in: session)).metrics
        }
    }
}

extension ReadSession {
    func count(_ sql: SQL) throws -> Int64 { try row(sql)?.int("n") ?? 0 }
}

extension UpstreamMoney {
    /// For monitoring.
    fileprivate var metrics: [Metric] {
        let left = Metric(
            name: "outlet_upstream_balance_microdollars", help: "The operator's money at a provider.",
            type: "gauge", value: microDollars, labels: [("provider", provider)])
        guard let runway else { return [left] }
        return [
            left,
            Metric(
                name: "outlet_upstream_runway_seconds", help: "How long it pays for what runs there.",
                type: "gauge", value: runway.count, labels: [("provider", provider)]),
        ]
    }
}
