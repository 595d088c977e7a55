/// What the operator adds to a provider's price. Neither part is negative: nothing is sold below its cost.
package struct Markup: Hashable, Sendable {
    package let basisPoints: Int  // Hundredths of a per cent of the cost. Range: 0...100_000
    package let floor: Cents  // At least so much an hour, of the whole pod. Range: 0...100_000

    package static let basisPointsRange = 0...100_000
    package static let floorRange = 0...100_000
    package static let none = Markup(basisPoints: 0, floor: .zero)

    package init(basisPoints: Int, floor: Cents) {
        precondition(
            Self.basisPointsRange.contains(basisPoints) && Self.floorRange.contains(Int(floor.count)),
            "a markup is within its range")
        self.basisPoints = basisPoints
        self.floor = floor
    }

    /// What the renter pays: the cost with the greater of both parts, rounded up to the cent. Nil when that is more
    /// than a rate may be.
    package func price(of cost: HourlyCost) -> HourlyRate? {
        let points = cost.microDollarsPerHour * Int64(10_000 + basisPoints)  // ≤ 10¹⁰ × 110,000 < 2⁶³
        let withShare = (points + 99_999_999) / 100_000_000
        let withFloor = (cost.microDollarsPerHour + 9_999) / 10_000 + floor.count
        return HourlyRate(centsPerHour: max(withShare, withFloor, 1))
    }
}
