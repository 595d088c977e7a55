import Domain
import JSON

extension JSON {
    /// Dollars an hour for one of `count` parts, as the cost of all of them, rounded up to the micro-dollar.
    func cost(times count: Int = 1) -> HourlyCost? { cost(places: 6, times: count) }

    /// The same, of an amount in cents.
    func costInCents(times count: Int = 1) -> HourlyCost? { cost(places: 4, times: count) }

    /// An amount in dollars, to the nearest micro-dollar.
    var microDollars: Int64? { decimal?.scaled(by: 6, .nearest) }

    private func cost(places: Int, times count: Int) -> HourlyCost? {
        guard let one = decimal?.scaled(by: places, .up), one >= 0 else { return nil }
        let (all, overflow) = one.multipliedReportingOverflow(by: Int64(count))
        return overflow ? nil : HourlyCost(microDollarsPerHour: all)
    }
}

extension JSON {
    /// A moment: RFC 3339 in UTC, a fraction of a second dropped, or seconds since 1970.
    var instant: Instant? {
        switch self {
        case .number: return decimal?.scaled(by: 0, .nearest).map { Instant($0) }
        case .string(let text):
            let whole = text.prefix { $0 != "." && $0 != "+" && $0 != "Z" }
            let rest = text.dropFirst(whole.count).drop { $0 == "." || $0.isASCII && $0.isNumber }
            guard ["Z", "+00:00"].contains(rest) else { return nil }
            return Instant(iso8601: whole.replacing(" ", with: "T") + "Z")
        default: return nil
        }
    }
}
