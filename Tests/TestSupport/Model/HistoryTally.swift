/// How often each kind of thing happened: histories in which nothing happens prove nothing.
package struct HistoryTally: Sendable {
    package private(set) var counts: [String: Int] = [:]

    package init() {}

    package mutating func add(_ kind: String, _ count: Int = 1) {
        if count > 0 { counts[kind, default: 0] += count }
    }

    package static func += (left: inout Self, right: Self) {
        for (kind, count) in right.counts { left.add(kind, count) }
    }

    /// What has become of a history's rentals.
    mutating func count(_ model: WalletModel) {
        add("histories")
        add("rentals", model.rentals.count)
        add("lines", model.lines.count)
        for rental in model.rentals {
            if rental.start != nil { add("ran") }
            add(rental.reason ?? "without end")
            if rental.isCredited { add("credited") }
            if rental.spent.gift > 0 { add("paid by gift") }
            if rental.rate != rental.firstRate { add("failed over") }
        }
    }

    /// One line for people.
    package var summary: String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
