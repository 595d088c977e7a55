// What happens to a wallet and its rentals. Each event is one transaction of the outlet, at `now`.
extension WalletModel {
    // Money ---------------------------------------------------------------------------------------------------------

    package mutating func topUp(_ cents: Int64, at now: Int64) {
        settle(at: now)
        funds.paid += cents
        write("adjustment", cents)
    }

    package mutating func gift(_ cents: Int64, at now: Int64) {
        settle(at: now)
        funds.gift += cents
        write("adjustment", cents)
    }

    /// False, and nothing has happened, when there is less: gifts are never paid out.
    package mutating func takeOut(_ cents: Int64, at now: Int64) -> Bool {
        let before = self
        settle(at: now)
        guard cents <= min(spendable(at: now), funds.paid) else {
            self = before
            return false
        }
        funds.paid -= cents
        write("adjustment", -cents)
        return true
    }

    // Rentals -------------------------------------------------------------------------------------------------------

    /// What a launch would hold and up to which rate it may go, at the cheapest of `rates` or dearer ones up to `limit`;
    /// nil when the wallet cannot pay the cheapest.
    package func plan(_ rates: [Int64], limit: Int64?, at now: Int64) -> (cap: Int64, hold: Int64)? {
        var settled = self
        settled.settle(at: now)
        let spendable = settled.spendable(at: now)
        guard Self.price(holdSeconds, rates[0]) <= spendable else { return nil }
        let cap = rates.last { $0 <= limit ?? rates[0] && Self.price(holdSeconds, $0) <= spendable }
        return (cap ?? rates[0], Self.price(holdSeconds, cap ?? rates[0]))
    }

    package mutating func launch(
        _ id: String, rate: Int64, plan: (cap: Int64, hold: Int64), autoStopAfter: Int64?, at now: Int64
    ) {
        settle(at: now)
        var rental = Rental(
            id: id, cap: plan.cap, autoStopAfter: autoStopAfter, rate: rate, deadline: now + 1_200)
        rental.hold = funds.take(plan.hold)
        debt += plan.hold - rental.hold.sum
        rentals.append(rental)
        rentals.sort { $0.id < $1.id }
        if plan.hold > 0 { write("hold", 0) }
    }

    /// The next listing is tried, at another rate.
    package mutating func move(_ index: Int, to rate: Int64, at now: Int64) {
        rentals[index].rate = rate
        rentals[index].deadline = now + 1_200
    }

    package mutating func ready(_ index: Int, at now: Int64) {
        guard rentals[index].state == .provisioning else { return }
        rentals[index].state = .running
        rentals[index].start = now
        rentals[index].seen = now
        rentals[index].autoStop = rentals[index].autoStopAfter.map { now + $0 }
    }

    /// The provider said at `now`: alive.
    package mutating func confirm(_ index: Int, at now: Int64) {
        guard rentals[index].isMetered else { return }
        rentals[index].seen = max(rentals[index].seen, now)
    }

    /// Somebody's word. Nil, and nothing has happened, when it has ended already.
    package mutating func stop(
        _ index: Int, reason: String, at now: Int64
    ) -> (charged: Int64, refunded: Int64)? {
        let before = self
        settle(at: now)
        let returned = rentals[index].hold.sum
        let spentBefore = rentals[index].spent.sum
        switch rentals[index].state {
        case .provisioning:
            end(index, at: now, reason)
            close(index, "release")
        case .running:
            end(index, at: rentals[index].lived(until: now), reason)
            settle(at: now)
        case .ended, .failed:
            self = before
            return nil
        }
        let fromHold = min(rentals[index].spent.sum - spentBefore, returned)
        return (rentals[index].charged, returned - fromHold)
    }

    /// It could not be made, or its provider has lost it.
    package mutating func fail(_ index: Int, at now: Int64) {
        let state = rentals[index].state
        guard state == .provisioning || state == .running else { return }
        settle(at: now)
        guard rentals[index].state == state else { return }
        if let start = rentals[index].start {
            end(index, at: rentals[index].seen, "provider_lost")
            settle(at: now)
            if rentals[index].seen - start < 60, rentals[index].spent.sum > 0 {
                funds.put(rentals[index].spent)
                rentals[index].isCredited = true
                write("refund", rentals[index].spent.sum)
            }
        } else {
            rentals[index].reason = "provision_failed"
            close(index, "refund")
        }
        rentals[index].state = .failed
    }

    /// Its provider is sure that it is gone: what was not proven is not billed.
    package mutating func gone(_ index: Int) {
        guard rentals[index].isMetered else { return }
        let seen = rentals[index].seen
        post(index, through: min(seen, rentals[index].bound ?? seen), evenIfNothing: true)
        close(index, "release")
    }

    // Settling ------------------------------------------------------------------------------------------------------

    /// Whether the meter has a reason to settle, given the stored deadline of the money.
    package func isDue(at now: Int64, deadline: Int64?) -> Bool {
        if let deadline, deadline <= now { return true }
        return rentals.contains { rental in
            guard rental.isMetered else { return false }
            let isUnposted = rental.start! + rental.billed + 3_600 <= rental.seen
            return rental.state == .running
                ? isUnposted || rental.autoStop.map { $0 <= now } ?? false : rental.seen >= rental.end!
        }
    }

    /// The books up to `now`: ends by money, ends by auto-stop, then each rental's seconds, in the order of ids.
    package mutating func settle(at now: Int64) {
        for (index, second) in moneyEnds(until: now) where rentals[index].state == .running {
            end(index, at: second, "wallet_empty")
        }
        for index in rentals.indices where rentals[index].state == .running {
            if let stop = rentals[index].autoStop, stop <= now { end(index, at: stop, "auto_stop") }
        }
        for index in rentals.indices where rentals[index].isMetered {
            guard let end = rentals[index].bound, end <= now else {
                post(index, through: min(now, rentals[index].seen), evenIfNothing: false)
                continue
            }
            let through = rentals[index].lived(until: end)
            rentals[index].seen = max(rentals[index].seen, through)
            post(index, through: through, evenIfNothing: through == end)
            if through == end { close(index, "release") }
        }
    }

    private mutating func end(_ index: Int, at second: Int64, _ reason: String) {
        rentals[index].state = .ended
        rentals[index].reason = reason
        rentals[index].end = second
    }

    private mutating func post(_ index: Int, through second: Int64, evenIfNothing: Bool) {
        let elapsed = second - rentals[index].start!
        let due = Self.price(max(elapsed, 0), rentals[index].rate) - rentals[index].charged
        guard elapsed > rentals[index].billed, evenIfNothing || due > 0 else { return }
        var paid = rentals[index].hold.take(due)
        paid.put(funds.take(due - paid.sum))
        debt += due - paid.sum
        rentals[index].spent.put(paid)
        rentals[index].billed = elapsed
        write("rental_charge", -due)
    }

    private mutating func close(_ index: Int, _ type: String) {
        let rest = rentals[index].hold
        funds.put(rest)
        rentals[index].hold = Pots()
        rentals[index].isClosed = true
        if rest.sum > 0 || type == "refund" { write(type, 0) }
    }

    private mutating func write(_ type: String, _ amount: Int64) {
        lines.append(Line(type: type, amount: amount, available: funds.sum, reserved: reserved))
    }
}
