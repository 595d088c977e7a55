import Domain

extension ReadSession {
    /// How many of the newest tries of each model at a provider brought a pod, by model; at most `limit` of each count.
    package func successRates(of provider: String, since: Instant, limit: Int) throws -> [String: (
        good: Int, all: Int
    )] {
        let rows = try rows(
            """
            SELECT model, SUM(is_good) AS good, COUNT(*) AS tries
              FROM (SELECT model, is_good, ROW_NUMBER() OVER (PARTITION BY model ORDER BY attempt_id DESC) AS place
                      FROM attempt_result WHERE provider = \(provider) AND at_s >= \(since)) AS newest
             WHERE place <= \(limit) GROUP BY model
            """)
        return Dictionary(
            uniqueKeysWithValues: rows.map {
                ($0.text("model"), (good: Int($0.int("good")), all: Int($0.int("tries"))))
            })
    }
}

extension Transaction {
    /// What became of one try. The first word counts.
    package func keepResult(
        of attempt: Int64, provider: String, model: String, isGood: Bool, reason: String, at now: Instant
    ) throws {
        try run(
            """
            INSERT INTO attempt_result (attempt_id, provider, model, is_good, reason, at_s)
            VALUES (\(attempt), \(provider), \(model), \(isGood), \(reason), \(now))
            ON CONFLICT (attempt_id) DO NOTHING
            """)
    }

    /// What renters read beside a provider's listings of one model; nil: nothing is known. Answers how many changed.
    @discardableResult package func setReliability(
        _ share: Double?, of model: String, at provider: String
    ) throws -> Int {
        try run(
            """
            UPDATE listing SET reliability = \(share)
             WHERE provider = \(provider) AND model = \(model) AND reliability IS NOT \(share)
            """)
    }
}
