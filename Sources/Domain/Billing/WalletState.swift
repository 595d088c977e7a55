/// A wallet as it stands in the books, with the rentals that still draw from it.
package struct WalletState: Sendable {
    package let available: Cents  // Paid money and gift credit, posted.
    package let reserved: Cents  // All holds, posted.
    package let rentals: [MeteredRental]  // Running, not yet closed.

    package init(available: Cents, reserved: Cents, rentals: [MeteredRental]) {
        self.available = available
        self.reserved = reserved
        self.rentals = rentals
    }

    /// What may leave a wallet that is settled to `now`. The provider's word may come late: every second up to now,
    /// or up to the end of a rental, may yet be proven, and must then be paid for.
    package func spendable(at now: Instant) -> Cents {
        max(available - rentals.map { $0.draw(at: now) }.sum(), .zero)
    }
}

/// The live figures of a wallet: what every reader is shown between two postings.
package struct WalletView: Hashable, Sendable {
    package let available: Cents
    package let reserved: Cents
    package let pending: Cents  // Metered and not yet posted; total = posted total − pending.
    package let burnPerHour: Cents
    package let exhaustsAt: Instant?  // When the next rental can no longer be paid.
    package let seconds: [ID<Rental>: Seconds]  // Billed by now, each.
    package let holds: [ID<Rental>: Cents]  // Left by now, each.
}

/// Computes the live figures from rows alone. It finds the end of the money by itself: a meter that is late must not
/// let a reader see a negative wallet.
package func walletView(of wallet: WalletState, at now: Instant) -> WalletView {
    let ends = exhaustion(of: wallet.rentals, funds: wallet.available)
    var available = wallet.available
    var reserved = wallet.reserved
    var seconds = [ID<Rental>: Seconds](minimumCapacity: wallet.rentals.count)
    var holds = [ID<Rental>: Cents](minimumCapacity: wallet.rentals.count)
    var burn = Cents.zero
    for rental in wallet.rentals {
        let end = ends[rental.id]
        let elapsed = rental.time.elapsed(at: now, paidUntil: end)
        let due = rental.rate.price(of: elapsed) - rental.charged
        let fromHold = min(due, rental.hold)
        available -= due - fromHold
        reserved -= fromHold
        seconds[rental.id] = elapsed
        holds[rental.id] = rental.hold - fromHold
        if rental.endsAt.map({ now < $0 }) ?? true, end.map({ now < $0 }) ?? true {
            burn += Cents(rental.rate.centsPerHour)
        }
    }
    return WalletView(
        available: available, reserved: reserved,
        pending: wallet.available + wallet.reserved - available - reserved, burnPerHour: burn,
        exhaustsAt: ends.values.min(), seconds: seconds, holds: holds)
}
