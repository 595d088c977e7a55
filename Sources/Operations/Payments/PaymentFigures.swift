import Storage

extension ReadSession {
    /// What monitoring should watch of payments; nothing where none was ever taken.
    func paymentMetrics() throws -> [Metric] {
        guard let account = try stripeAccount() else { return [] }
        return [
            Metric(
                name: "outlet_payments_pending", help: "Charges of saved cards whose end is not known.",
                type: "gauge",
                value: try count(
                    "SELECT COUNT(*) AS n FROM payment WHERE state = 'pending' AND kind <> 'checkout'"),
                labels: []),
            Metric(
                name: "outlet_payments_differing", help: "Differences that the last reconciliation found.",
                type: "gauge", value: account.differences ?? 0, labels: []),
            Metric(
                name: "outlet_owed_cents",
                help: "Owed by renters after payments were taken back, in US cents.",
                type: "gauge",
                value:
                    -(try count(
                        "SELECT COALESCE(SUM(balance_cents), 0) AS n FROM account WHERE kind = 'debt'")),
                labels: []),
        ]
    }
}
