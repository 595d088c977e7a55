/// The hours of a day in which something could be rented.
package struct HoursOfDay: Hashable, Sendable {
    package private(set) var bits: Int64  // Bit n: in hour n (UTC).

    package init(bits: Int64 = 0) {
        precondition((0..<(1 << 24)).contains(bits), "a day has 24 hours")
        self.bits = bits
    }

    package init(at instant: Instant) { self.init(bits: 1 << instant.hourOfDay) }

    package var count: Int { bits.nonzeroBitCount }
    package func union(_ other: HoursOfDay) -> HoursOfDay { HoursOfDay(bits: bits | other.bits) }
}

/// One listing on one day, while it could be rented.
package struct ListingDay: Hashable, Sendable {
    package let minimum: HourlyRate  // Of one GPU, rounded up: sizes of listings do not matter.
    package let hours: HoursOfDay

    package init(minimum: HourlyRate, hours: HoursOfDay) {
        self.minimum = minimum
        self.hours = hours
    }

    package func union(_ other: ListingDay) -> ListingDay {
        ListingDay(minimum: min(minimum, other.minimum), hours: hours.union(other.hours))
    }
}

/// What one family cost on one day (UTC), and for how much of it there was any. Prices are of one GPU.
package struct FamilyDay: Hashable, Sendable {
    package let family: String
    package let day: Instant  // Its first second.
    package let minimum: HourlyRate
    package let median: HourlyRate  // Of what each listing cost at its cheapest.
    package let listings: Int
    package let hours: HoursOfDay

    package init(
        family: String, day: Instant, minimum: HourlyRate, median: HourlyRate, listings: Int,
        hours: HoursOfDay
    ) {
        self.family = family
        self.day = day
        self.minimum = minimum
        self.median = median
        self.listings = listings
        self.hours = hours
    }

    /// Nil without a listing.
    package init?(family: String, day: Instant, of listings: [ListingDay]) {
        let prices = listings.map(\.minimum).sorted()
        guard let cheapest = prices.first else { return nil }
        self.init(
            family: family, day: day, minimum: cheapest, median: prices[(prices.count - 1) / 2],
            listings: prices.count,
            hours: listings.reduce(HoursOfDay()) { $0.union($1.hours) })
    }
}

extension HourlyRate {
    /// The share of one GPU, rounded up.
    package func ofOneGPU(of count: Int) -> HourlyRate {
        let count = Int64(max(count, 1))
        return HourlyRate(centsPerHour: (centsPerHour + count - 1) / count)!  // 1 to itself.
    }
}
