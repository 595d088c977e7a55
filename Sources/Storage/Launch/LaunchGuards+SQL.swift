import Domain

extension ReadSession {
    /// What is not launched now: blocks that hold, and providers where the operator's money runs short.
    package func launchGuards(at now: Instant) throws -> LaunchGuards {
        LaunchGuards(blocks: try launchBlocks(at: now), money: try upstreamMoney())
    }

    package func launchBlocks(at now: Instant) throws -> [LaunchBlock] {
        try rows("SELECT * FROM block WHERE until_s > \(now) ORDER BY provider, scope, name").map { row in
            LaunchBlock(
                provider: row.text("provider"),
                scope: LaunchBlock.Scope(rawValue: row.text("scope"))!,  // The schema knows these four.
                name: row.text("name"), until: row.instant("until_s"), reason: row.text("reason"))
        }
    }

    /// How many listings of the same model in the same region are blocked by themselves.
    package func blockedListings(like listing: Listing, at now: Instant) throws -> Int {
        Int(
            try row(
                """
                SELECT COUNT(*) AS n FROM block b JOIN listing l ON l.id = b.name
                 WHERE b.provider = \(listing.provider) AND b.scope = 'listing' AND b.until_s > \(now)
                   AND l.region = \(listing.region) AND l.model = \(listing.model)
                """)!.int("n"))
    }

    /// The operator's money wherever it was told, with what it has to pay for now.
    package func upstreamMoney() throws -> [UpstreamMoney] {
        let balances = try rows("SELECT * FROM provider_balance")
        guard !balances.isEmpty else { return [] }
        let committed = try committedCosts()
        return balances.map { row in
            let code = row.text("provider")
            let burn = max(committed[code] ?? 0, row.optionalInt("spend_micros") ?? 0)
            return UpstreamMoney(
                provider: code, microDollars: row.int("micros"),
                burn: HourlyCost(microDollarsPerHour: min(burn, HourlyCost.range.upperBound))!,
                minimumRunway: row.seconds("minimum_s"))
        }
    }

    /// Micro-dollars an hour of all pods that may be there, by provider.
    private func committedCosts() throws -> [String: Int64] {
        let rows = try rows(
            """
            SELECT a.provider, SUM(COALESCE(c.asked_micros, c.quoted_micros)) AS micros
              FROM attempt a JOIN attempt_cost c ON c.attempt_id = a.id
             WHERE a.outcome IN ('pending', 'created', 'unknown')
             GROUP BY a.provider
            """)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.text("provider"), $0.int("micros")) })
    }
}

extension Transaction {
    /// A longer block stays; a shorter one never takes its place.
    package func keep(_ block: LaunchBlock, since now: Instant) throws {
        try run(
            """
            INSERT INTO block (provider, scope, name, until_s, reason, since_s)
            VALUES (\(block.provider), \(block.scope.rawValue), \(block.name), \(block.until), \(block.reason), \(now))
            ON CONFLICT (provider, scope, name) DO UPDATE
            SET reason = excluded.reason, until_s = excluded.until_s WHERE excluded.until_s > block.until_s
            """)
    }

    /// Lifts all blocks of one provider; answers how many held.
    package func liftBlocks(at provider: String, now: Instant) throws -> Int {
        try run("DELETE FROM block WHERE provider = \(provider) AND until_s > \(now)")
    }

    package func forgetBlocks(before now: Instant) throws {
        try run("DELETE FROM block WHERE until_s <= \(now)")
    }

    /// The operator's money at a provider, as it was just told.
    package func keep(
        _ balance: Int64, spend: HourlyCost?, minimumRunway: Seconds, of provider: String, at now: Instant
    ) throws {
        try run(
            """
            INSERT INTO provider_balance (provider, micros, spend_micros, minimum_s, seen_at_s)
            VALUES (\(provider), \(balance), \(spend), \(minimumRunway), \(now))
            ON CONFLICT (provider) DO UPDATE
            SET micros = excluded.micros, spend_micros = excluded.spend_micros, minimum_s = excluded.minimum_s,
                seen_at_s = excluded.seen_at_s
            """)
    }

    /// Notes since when launches pause; nil: they do not. False when that is no change.
    package func setPaused(_ isPaused: Bool, at provider: String, now: Instant) throws -> Bool {
        try run(
            """
            UPDATE provider_balance SET paused_at_s = \(isPaused ? now : nil)
             WHERE provider = \(provider) AND (paused_at_s IS NULL) = \(isPaused)
            """) == 1
    }
}
