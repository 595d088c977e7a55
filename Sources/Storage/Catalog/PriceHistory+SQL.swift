import Domain

extension ReadSession {
    /// How a listing has been on one day so far.
    package func listingDay(of listing: Listing.ID, on day: Instant) throws -> ListingDay? {
        try row("SELECT min_cents, hours FROM listing_day WHERE listing_id = \(listing) AND day_s = \(day)")
            .map(ListingDay.init)
    }

    /// Each family on each day from `first` on, oldest first: folded days, then what is not folded yet.
    package func familyDays(from first: Instant, family: String? = nil) throws -> [FamilyDay] {
        let ofFamily: SQL = family.map { "AND family = \($0)" } ?? ""
        let folded = try rows(
            """
            SELECT family, day_s, min_cents, median_cents, listings, hours FROM family_day
             WHERE day_s >= \(first) \(ofFamily) ORDER BY family, day_s
            """
        ).map { row in
            FamilyDay(
                family: row.text("family"), day: row.instant("day_s"), minimum: row.rate("min_cents"),
                median: row.rate("median_cents"), listings: Int(row.int("listings")),
                hours: HoursOfDay(bits: row.int("hours")))
        }
        return try folded + openFamilyDays(from: first, family: family)
    }

    private func openFamilyDays(from first: Instant, family: String? = nil) throws -> [FamilyDay] {
        let ofFamily: SQL = family.map { "AND l.family = \($0)" } ?? ""
        let rows = try rows(
            """
            SELECT l.family, d.day_s, d.min_cents, d.hours
              FROM listing_day d JOIN listing l ON l.id = d.listing_id
             WHERE d.day_s >= \(first) \(ofFamily)
            """)
        return Dictionary(grouping: rows) { [$0.text("family"), "\($0.int("day_s"))"] }.values
            .compactMap { rows in
                FamilyDay(
                    family: rows[0].text("family"), day: rows[0].instant("day_s"),
                    of: rows.map(ListingDay.init))
            }
            .sorted { ($0.family, $0.day) < ($1.family, $1.day) }
    }

    /// Days that are over and still kept listing by listing.
    fileprivate func unfoldedDays(before today: Instant) throws -> [FamilyDay] {
        guard let first = try row("SELECT MIN(day_s) AS day_s FROM listing_day")?.optionalInstant("day_s"),
            first < today
        else { return [] }
        return try openFamilyDays(from: first).filter { $0.day < today }
    }
}

extension Transaction {
    package func keep(_ listing: Listing.ID, on day: Instant, as sight: ListingDay) throws {
        try run(
            """
            INSERT INTO listing_day (listing_id, day_s, min_cents, hours)
            VALUES (\(listing), \(day), \(sight.minimum), \(sight.hours.bits))
            ON CONFLICT (listing_id, day_s) DO UPDATE SET min_cents = excluded.min_cents, hours = excluded.hours
            """)
    }

    /// Days that are over become one row for each family; families are kept for `retention`.
    package func foldPriceHistory(before today: Instant, keeping retention: Seconds) throws {
        for day in try unfoldedDays(before: today) {
            try run(
                """
                INSERT INTO family_day (family, day_s, min_cents, median_cents, listings, hours)
                VALUES (\(day.family), \(day.day), \(day.minimum), \(day.median), \(day.listings), \(day.hours.bits))
                ON CONFLICT (family, day_s) DO NOTHING
                """)
        }
        try run("DELETE FROM listing_day WHERE day_s < \(today)")
        try run("DELETE FROM family_day WHERE day_s < \(today - retention)")
    }
}

extension ListingDay {
    fileprivate init(_ row: Row) {
        self.init(minimum: row.rate("min_cents"), hours: HoursOfDay(bits: row.int("hours")))
    }
}
