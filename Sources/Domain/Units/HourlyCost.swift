/// What a provider asks of the outlet: micro-dollars per hour of a whole pod. Range: 0...10¹⁰, that is up to USD 10,000.
/// Finer than a rate, since providers quote fractions of a cent; nothing is ever charged in it.
package struct HourlyCost: Hashable, Comparable, Sendable {
    package let microDollarsPerHour: Int64

    package static let range: ClosedRange<Int64> = 0...10_000_000_000

    /// Nil outside the range.
    package init?(microDollarsPerHour: Int64) {
        guard Self.range.contains(microDollarsPerHour) else { return nil }
        self.microDollarsPerHour = microDollarsPerHour
    }

    /// The same amount.
    package init(_ rate: HourlyRate) { microDollarsPerHour = rate.centsPerHour * 10_000 }

    /// In cents, rounded up, and never free.
    package var rate: HourlyRate {
        HourlyRate(centsPerHour: max((microDollarsPerHour + 9_999) / 10_000, 1))!  // ≤ 10⁶, as rates are.
    }

    package static func < (left: HourlyCost, right: HourlyCost) -> Bool {
        left.microDollarsPerHour < right.microDollarsPerHour
    }
}
