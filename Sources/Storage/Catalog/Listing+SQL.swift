import Domain

extension Listing {
    fileprivate init(_ row: Row) {
        self.init(
            id: row.id("id"), provider: row.text("provider"), offerKey: row.text("offer_key"),
            family: row.text("family"), model: row.text("model"), vramGB: Int(row.int("vram_gb")),
            gpuCount: Int(row.int("gpu_count")), price: row.rate("price_cents"), region: row.text("region"),
            regionCode: row.text("region_code"), interconnect: row.optionalText("interconnect"),
            availability: row.int("free") > 0 ? .available : .unknown,
            reliability: row.optionalReal("reliability"),
            note: row.optionalText("note"), observedAt: row.instant("observed_at_s"),
            cost: row.optionalCost("cost_micros"), source: row.optionalText("source"),
            isOwn: row.bool("is_own"))
    }

    fileprivate static let columns: SQL = """
        id, provider, offer_key, family, model, vram_gb, gpu_count, price_cents, region, region_code, interconnect, free,
        reliability, note, observed_at_s, cost_micros, source, is_own
        """
}

extension ReadSession {
    /// Counts the visible changes of the catalog.
    package func catalogVersion() throws -> Int64 {
        try row("SELECT version FROM catalog_state WHERE id = 1")?.int("version") ?? 0
    }

    /// Everything that can be rented, cheapest first, ties by id.
    package func rentableListings(at: Instant) throws -> [Listing] {
        let guards = try launchGuards(at: at)
        return try rows(
            """
            SELECT \(Listing.columns) FROM listing
            WHERE free > 0 AND observed_at_s >= \(at - CatalogSnapshot.freshness)
            ORDER BY price_cents, id
            """
        ).map(Listing.init).filter(guards.allow)
    }

    /// What a launch may take, cheapest first, ties by id.
    /// - Parameter region: As `Region.matches` reads it.
    package func rentableListings(
        family: String, gpuCount: Int, region: String?, provider: String?, at: Instant
    ) throws -> [Listing] {
        var filter = CatalogFilter()
        (filter.region, filter.provider) = (region, provider)
        let guards = try launchGuards(at: at)
        return try rows(
            """
            SELECT \(Listing.columns) FROM listing
            WHERE family = \(family) AND gpu_count = \(gpuCount)
              AND free > 0 AND observed_at_s >= \(at - CatalogSnapshot.freshness)
            ORDER BY price_cents, id
            """
        ).map(Listing.init).filter { filter.matches($0) && guards.allow($0) }
    }

    /// At most three listings that nearly are what was wished for; see the pure function.
    package func nearestListings(family: String, gpuCount: Int, at: Instant) throws -> [Listing] {
        try Domain.nearestListings(family: family, gpuCount: gpuCount, among: rentableListings(at: at))
    }

    package func listing(_ id: Listing.ID) throws -> Listing? {
        try row("SELECT \(Listing.columns) FROM listing WHERE id = \(id)").map(Listing.init)
    }
}
