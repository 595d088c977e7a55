/// A price in cents per hour. Range: 1...1_000_000, that is up to USD 10,000 an hour.
package struct HourlyRate: Hashable, Comparable, Sendable {
    package let centsPerHour: Int64

    package static let range: ClosedRange<Int64> = 1...1_000_000

    /// Nil outside the range.
    package init?(centsPerHour: Int64) {
        guard Self.range.contains(centsPerHour) else { return nil }
        self.centsPerHour = centsPerHour
    }

    /// The price of `duration` from second 0 of a bill, half up to the cent.
    /// Of the whole time only: prices of slices do not add up to the price of their sum.
    package func price(of duration: Seconds) -> Cents {
        precondition(duration >= .zero, "a duration is not negative")
        return Cents((2 * duration.count * centsPerHour + 3_600) / 7_200)  // ≤ 2·10⁶·10¹⁰ < 2⁶³
    }

    package static func < (left: HourlyRate, right: HourlyRate) -> Bool {
        left.centsPerHour < right.centsPerHour
    }
}
