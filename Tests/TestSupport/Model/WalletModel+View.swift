extension WalletModel {
    /// What a reader is shown at `now`, between two postings.
    package struct View: Hashable, Sendable {
        package var available: Int64
        package var reserved: Int64
        package var pending: Int64 = 0
        package var burn: Int64 = 0
        package var seconds: [Int64]  // Of each rental.
        package var charged: [Int64]  // Of each rental; nothing, once it was given back.
    }

    package func view(at now: Int64) -> View {
        var view = View(
            available: funds.sum, reserved: reserved, seconds: rentals.map(\.billed),
            charged: rentals.map { $0.isCredited ? 0 : $0.charged })
        let ends = moneyEnds(until: now)
        for (index, rental) in rentals.enumerated() where rental.isMetered {
            let lived = rental.lived(until: min(now, rental.bound ?? now))
            let elapsed = max(min(lived, ends[index] ?? lived) - rental.start!, rental.billed)
            let due = Self.price(elapsed, rental.rate) - rental.charged
            view.reserved -= min(due, rental.hold.sum)
            view.available -= due - min(due, rental.hold.sum)
            view.pending += due
            view.seconds[index] = elapsed
            view.charged[index] += due
            if ends[index] == nil, rental.bound.map({ now < $0 }) ?? true { view.burn += rental.rate }
        }
        return view
    }
}
