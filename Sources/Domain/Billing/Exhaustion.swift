/// What one running rental takes from its wallet.
package struct MeteredRental: Hashable, Sendable {
    package let id: ID<Rental>
    package let rate: HourlyRate
    package var time: MeteredTime
    package let hold: Cents  // Left of its own reserved hour.

    package var startedAt: Instant { time.startedAt }
    package var billed: Seconds { time.billed }
    package var confirmedAt: Instant { time.confirmedAt }
    package var endsAt: Instant? {
        get { time.endsAt }
        set { time.endsAt = newValue }
    }

    package init(
        id: ID<Rental>, rate: HourlyRate, startedAt: Instant, billed: Seconds, hold: Cents, endsAt: Instant?,
        confirmedAt: Instant
    ) {
        self.id = id
        self.rate = rate
        self.hold = hold
        time = MeteredTime(startedAt: startedAt, billed: billed, endsAt: endsAt, confirmedAt: confirmedAt)
    }

    /// The charge of the whole life up to `instant`; nothing before second 0 and nothing after the end.
    package func charge(at instant: Instant) -> Cents {
        let last = endsAt.map { min($0, instant) } ?? instant
        return rate.price(of: max(last - startedAt, .zero))
    }

    package var charged: Cents { rate.price(of: billed) }

    /// What it has taken from the wallet beyond its own hold by `instant`, counted from now on.
    package func draw(at instant: Instant) -> Cents { max(charge(at: instant) - charged - hold, .zero) }
}

/// The instants at which money ends rentals of one wallet, in order of time.
///
/// In each second, every rental whose next cent its own hold cannot pay asks the wallet for it. The wallet pays all
/// who ask, or none: then all who ask end at the second before, and the others go on. `funds` is what the wallet has
/// besides the holds. Only ends up to `limit` are looked for, when there is one.
package func exhaustion(
    of rentals: [MeteredRental], funds: Cents, until limit: Instant? = nil
) -> [ID<Rental>: Instant] {
    var rentals = rentals
    var ends: [ID<Rental>: Instant] = [:]
    guard var from = rentals.map({ $0.startedAt + $0.billed }).min() else { return [:] }
    while let (instant, who) = firstEnd(of: rentals, funds: funds, from: from, until: limit) {
        if let limit, instant > limit { break }
        from = instant
        for index in who {
            ends[rentals[index].id] = instant
            rentals[index].endsAt = instant
        }
    }
    return ends
}

/// The last second that the wallet can pay for all, and which rentals ask for more. Nil when nothing ever ends.
/// What is drawn only grows with time, so the second is found by doubling the step, then by bisection.
private func firstEnd(
    of rentals: [MeteredRental], funds: Cents, from: Instant, until limit: Instant?
) -> (Instant, [Int])? {
    func cannotPay(after instant: Instant) -> Bool {
        var drawn = Cents.zero
        for rental in rentals { drawn += rental.draw(at: instant + Seconds(1)) }
        return drawn > funds
    }

    if let limit, !cannotPay(after: limit) { return nil }
    let lastEnd = rentals.compactMap(\.endsAt).max() ?? from
    if rentals.allSatisfy({ $0.endsAt != nil }), !cannotPay(after: max(from, lastEnd)) { return nil }
    var low = from - Seconds(1)
    var step: Int64 = 1
    while !cannotPay(after: low + Seconds(step)) {
        low = low + Seconds(step)
        step *= 2
    }
    var high = low + Seconds(step)
    while (high - low).count > 1 {
        let middle = low + Seconds((high - low).count / 2)
        if cannotPay(after: middle) { high = middle } else { low = middle }
    }
    let asking = rentals.indices.filter {
        rentals[$0].draw(at: high + Seconds(1)) > rentals[$0].draw(at: high)
    }
    return (high, asking)
}
