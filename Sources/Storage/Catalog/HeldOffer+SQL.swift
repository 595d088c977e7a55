import Domain

/// An offer that is not sold: its cost is far from the usual one.
package struct HeldOffer: Hashable, Sendable {
    package let key: String
    package let model: String
    package let gpuCount: Int
    package let region: String
    package let cost: HourlyCost  // Of the whole pod.
    package let usual: HourlyCost  // Of one GPU.

    package init(
        key: String, model: String, gpuCount: Int, region: String, cost: HourlyCost, usual: HourlyCost
    ) {
        self.key = key
        self.model = model
        self.gpuCount = gpuCount
        self.region = region
        self.cost = cost
        self.usual = usual
    }
}

extension ReadSession {
    /// Held offers with their provider and since when, of one provider or all.
    package func heldOffers(of provider: String? = nil) throws -> [(
        provider: String, offer: HeldOffer, since: Instant, seenAt: Instant
    )] {
        let ofProvider: SQL = provider.map { "WHERE provider = \($0)" } ?? ""
        return try rows("SELECT * FROM held_offer \(ofProvider) ORDER BY provider, model, offer_key").map {
            row in
            (
                row.text("provider"),
                HeldOffer(
                    key: row.text("offer_key"), model: row.text("model"), gpuCount: Int(row.int("gpu_count")),
                    region: row.text("region"), cost: row.cost("cost_micros"),
                    usual: row.cost("usual_micros")),
                row.instant("since_s"), row.instant("seen_at_s")
            )
        }
    }

    /// The hourly middle costs of one GPU since then, by provider and model.
    package func usualCosts(since: Instant) throws -> [String: [String: [HourlyCost]]] {
        var found: [String: [String: [HourlyCost]]] = [:]
        for row in try rows("SELECT provider, model, cost_micros FROM usual_cost WHERE hour_s >= \(since)") {
            found[row.text("provider"), default: [:]][row.text("model"), default: []].append(
                row.cost("cost_micros"))
        }
        return found
    }

    /// What a person has allowed one GPU of a model to cost, by model.
    package func allowedCosts(at provider: String) throws -> [String: HourlyCost] {
        let rows = try rows("SELECT model, cost_micros FROM allowed_cost WHERE provider = \(provider)")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.text("model"), $0.cost("cost_micros")) })
    }
}

extension Transaction {
    /// One known before is held since then.
    package func keep(_ offer: HeldOffer, of provider: String, at now: Instant) throws {
        try run(
            """
            INSERT INTO held_offer (provider, offer_key, model, gpu_count, region, cost_micros, usual_micros, since_s,
                                    seen_at_s)
            VALUES (\(provider), \(offer.key), \(offer.model), \(offer.gpuCount), \(offer.region), \(offer.cost),
                    \(offer.usual), \(now), \(now))
            ON CONFLICT (provider, offer_key) DO UPDATE
            SET model = excluded.model, gpu_count = excluded.gpu_count, region = excluded.region,
                cost_micros = excluded.cost_micros, usual_micros = excluded.usual_micros,
                seen_at_s = excluded.seen_at_s
            """)
    }

    package func letGo(ofHeld key: String, of provider: String) throws {
        try run("DELETE FROM held_offer WHERE provider = \(provider) AND offer_key = \(key)")
    }

    package func keepUsual(_ cost: HourlyCost, of model: String, at provider: String, hour: Instant) throws {
        try run(
            """
            INSERT INTO usual_cost (provider, model, hour_s, cost_micros)
            VALUES (\(provider), \(model), \(hour), \(cost))
            ON CONFLICT (provider, model, hour_s) DO UPDATE SET cost_micros = excluded.cost_micros
            """)
    }

    package func allow(_ cost: HourlyCost, of model: String, at provider: String, now: Instant) throws {
        try run(
            """
            INSERT INTO allowed_cost (provider, model, cost_micros, allowed_at_s)
            VALUES (\(provider), \(model), \(cost), \(now))
            ON CONFLICT (provider, model) DO UPDATE
            SET cost_micros = excluded.cost_micros, allowed_at_s = excluded.allowed_at_s
            """)
    }

    package func forgetUsualCosts(before: Instant) throws {
        try run("DELETE FROM usual_cost WHERE hour_s < \(before)")
    }
}
