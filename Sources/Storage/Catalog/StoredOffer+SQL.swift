import Domain

/// What one provider said of one offer, as the catalog keeps it.
package struct StoredOffer: Hashable, Sendable {
    package let listing: Listing.ID
    package let content: Content
    package let observedAt: Instant

    /// What renters can see of it, or feel, and what stands behind it.
    package struct Content: Hashable, Sendable {
        package let offerKey: String
        package let family: String
        package let model: String
        package let vramGB: Int
        package let gpuCount: Int
        package let price: HourlyRate
        package let cost: HourlyCost?  // Nil for what was stored before costs were.
        package let region: String
        package let regionCode: String
        package let interconnect: String?
        package var free: Int
        package let note: String?
        package let source: String?
        package let isOwn: Bool

        package init(
            offerKey: String, family: String, model: String, vramGB: Int, gpuCount: Int, price: HourlyRate,
            cost: HourlyCost?, region: String, regionCode: String, interconnect: String?, free: Int,
            note: String?, source: String?, isOwn: Bool
        ) {
            self.offerKey = offerKey
            self.family = family
            self.model = model
            self.vramGB = vramGB
            self.gpuCount = gpuCount
            self.price = price
            self.cost = cost
            self.region = region
            self.regionCode = regionCode
            self.interconnect = interconnect
            self.free = free
            self.note = note
            self.source = source
            self.isOwn = isOwn
        }
    }
}

extension ReadSession {
    /// Everything that a provider has ever offered.
    package func storedOffers(of provider: String) throws -> [StoredOffer] {
        try rows("SELECT \(StoredOffer.columns) FROM listing WHERE provider = \(provider)").map(
            StoredOffer.init)
    }

    package func storedOffer(_ key: String, of provider: String) throws -> StoredOffer? {
        try row(
            """
            SELECT \(StoredOffer.columns) FROM listing WHERE provider = \(provider) AND offer_key = \(key)
            """
        ).map(StoredOffer.init)
    }

    /// A provider's listings that are not sold out.
    package func listingsOnSale(of provider: String) throws -> [(listing: Listing.ID, offerKey: String)] {
        try rows("SELECT id, offer_key FROM listing WHERE provider = \(provider) AND free > 0").map {
            ($0.id("id"), $0.text("offer_key"))
        }
    }
}

extension StoredOffer {
    fileprivate static let columns: SQL = """
        id, offer_key, family, model, vram_gb, gpu_count, price_cents, cost_micros, region, region_code,
        interconnect, free, note, source, is_own, observed_at_s
        """

    fileprivate init(_ row: Row) {
        self.init(
            listing: row.id("id"),
            content: Content(
                offerKey: row.text("offer_key"), family: row.text("family"), model: row.text("model"),
                vramGB: Int(row.int("vram_gb")), gpuCount: Int(row.int("gpu_count")),
                price: row.rate("price_cents"), cost: row.optionalCost("cost_micros"),
                region: row.text("region"), regionCode: row.text("region_code"),
                interconnect: row.optionalText("interconnect"), free: Int(row.int("free")),
                note: row.optionalText("note"), source: row.optionalText("source"),
                isOwn: row.bool("is_own")),
            observedAt: row.instant("observed_at_s"))
    }
}

extension Transaction {
    /// Stores what a provider says of an offer now. A known offer keeps its id, and `id` is not used.
    package func store(_ offer: StoredOffer.Content, of provider: String, id: Listing.ID, at: Instant) throws
    {
        try run(
            """
            INSERT INTO listing (id, provider, offer_key, family, model, vram_gb, gpu_count, price_cents, cost_micros,
                                 region, region_code, interconnect, free, note, source, is_own, first_seen_at_s,
                                 observed_at_s)
            VALUES (\(id), \(provider), \(offer.offerKey), \(offer.family), \(offer.model), \(offer.vramGB),
                    \(offer.gpuCount), \(offer.price), \(offer.cost), \(offer.region), \(offer.regionCode),
                    \(offer.interconnect), \(offer.free), \(offer.note), \(offer.source), \(offer.isOwn), \(at), \(at))
            ON CONFLICT (provider, offer_key) DO UPDATE
            SET family = excluded.family, model = excluded.model, vram_gb = excluded.vram_gb,
                gpu_count = excluded.gpu_count, price_cents = excluded.price_cents,
                cost_micros = excluded.cost_micros, region = excluded.region, region_code = excluded.region_code,
                interconnect = excluded.interconnect, free = excluded.free, note = excluded.note,
                source = excluded.source, is_own = excluded.is_own, observed_at_s = excluded.observed_at_s
            """)
    }

    /// Marks a listing that its provider no longer names.
    package func sellOut(_ listing: Listing.ID) throws {
        try run("UPDATE listing SET free = 0 WHERE id = \(listing)")
    }

    /// One less of a listing is free; answers how many are left.
    package func takeOne(of listing: Listing.ID) throws -> Int {
        try run("UPDATE listing SET free = free - 1 WHERE id = \(listing) AND free > 0")
        return Int(try row("SELECT free FROM listing WHERE id = \(listing)")?.int("free") ?? 0)
    }

    package func bumpCatalogVersion() throws {
        try run("UPDATE catalog_state SET version = version + 1 WHERE id = 1")
    }
}

extension HourlyCost: SQLConvertible { package var sqlValue: SQL.Value { .integer(microDollarsPerHour) } }

extension Row {
    package func cost(_ column: String) -> HourlyCost {
        guard let cost = optionalCost(column) else { preconditionFailure("\(column) is null") }
        return cost
    }

    package func optionalCost(_ column: String) -> HourlyCost? {
        optionalInt(column).map { micros in
            guard let cost = HourlyCost(microDollarsPerHour: micros) else {
                preconditionFailure("\(column) is not a cost")
            }
            return cost
        }
    }
}
