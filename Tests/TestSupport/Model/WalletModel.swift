/// The rules of money for one wallet, in plain numbers: what the books must show after each event.
///
/// Slow and simple on purpose, and made of nothing that it checks: amounts are cents, instants and lengths seconds, and the
/// end of the money is searched a second at a time. Its events are in `WalletModel+Events`.
package struct WalletModel: Sendable {
    /// Money by where it came from; gift credit is always spent first.
    package struct Pots: Hashable, Sendable {
        package var gift: Int64 = 0
        package var paid: Int64 = 0
        package var sum: Int64 { gift + paid }

        package init(gift: Int64 = 0, paid: Int64 = 0) { (self.gift, self.paid) = (gift, paid) }

        /// Takes as much of `amount` as there is; answers what it took.
        mutating func take(_ amount: Int64) -> Pots {
            let gift = min(amount, gift)
            let taken = Pots(gift: gift, paid: min(amount - gift, paid))
            self.gift -= taken.gift
            paid -= taken.paid
            return taken
        }

        mutating func put(_ pots: Pots) {
            gift += pots.gift
            paid += pots.paid
        }
    }

    /// `ended`: not to be billed further, though the provider may not have confirmed the end.
    package enum State: Hashable, Sendable { case provisioning, running, ended, failed }

    package struct Rental: Sendable {
        package let id: String
        package let cap: Int64  // The dearest rate that its hold is for.
        package let autoStopAfter: Int64?
        package let firstRate: Int64
        package var rate: Int64
        package var state = State.provisioning
        package var hold = Pots()
        package var spent = Pots()  // What it was charged.
        package var isCredited = false
        package var deadline: Int64  // Of the provisioning.
        package var start: Int64?
        package var seen: Int64 = 0  // The last second of which its provider said that it lives.
        package var end: Int64?
        package var reason: String?
        package var autoStop: Int64?
        package var billed: Int64 = 0
        package var isClosed = false

        package init(id: String, cap: Int64, autoStopAfter: Int64?, rate: Int64, deadline: Int64) {
            (self.id, self.cap, self.autoStopAfter) = (id, cap, autoStopAfter)
            (self.rate, firstRate, self.deadline) = (rate, rate, deadline)
        }

        /// Seconds of it may still be billed.
        package var isMetered: Bool { start != nil && !isClosed }
        var bound: Int64? { end ?? autoStop }
        var charged: Int64 { WalletModel.price(billed, rate) }

        /// What it needs from its wallet to run up to `second`, ending at `bound`.
        func need(at second: Int64, bound: Int64?) -> Int64 {
            guard let start else { return 0 }
            let last = min(second, bound ?? second)
            return max(WalletModel.price(max(last - start, 0), rate) - charged - hold.sum, 0)
        }

        /// The last second up to `second` that counts as lived: an answer may be 30 seconds old, not older.
        func lived(until second: Int64) -> Int64 { second - seen <= 30 ? second : seen }
    }

    /// One line of the ledger, as its renter reads it.
    package struct Line: Hashable, Sendable {
        package let type: String
        package let amount: Int64
        package let available: Int64
        package let reserved: Int64

        package init(type: String, amount: Int64, available: Int64, reserved: Int64) {
            self.type = type
            self.amount = amount
            self.available = available
            self.reserved = reserved
        }
    }

    package let holdSeconds: Int64
    package internal(set) var funds = Pots()
    package internal(set) var rentals: [Rental] = []  // In the order of their ids: that of settlement.
    package internal(set) var lines: [Line] = []
    package internal(set) var debt: Int64 = 0  // What could not be paid: never anything.

    package init(holdSeconds: Int64) { self.holdSeconds = holdSeconds }

    /// A wallet in the middle of its life.
    package init(funds: Pots, rentals: [Rental]) {
        holdSeconds = 3_600
        (self.funds, self.rentals) = (funds, rentals)
    }

    /// Half up to the cent.
    static func price(_ seconds: Int64, _ rate: Int64) -> Int64 {
        let (cents, rest) = (seconds * rate).quotientAndRemainder(dividingBy: 3_600)
        return rest >= 1_800 ? cents + 1 : cents
    }

    package var reserved: Int64 { rentals.reduce(0) { $0 + $1.hold.sum } }

    /// What all rentals together need from the wallet up to `second`; it only grows with time.
    package func need(at second: Int64) -> Int64 {
        var cents: Int64 = 0
        for rental in rentals where rental.isMetered { cents += rental.need(at: second, bound: rental.bound) }
        return cents
    }

    /// What may leave the wallet: not what seconds that may yet be confirmed would cost.
    package func spendable(at now: Int64) -> Int64 { max(funds.sum - need(at: now), 0) }

    /// When money ends which rentals, up to `limit`; searched only when there is something to find.
    package func moneyEnds(until limit: Int64) -> [Int: Int64] {
        need(at: limit + 1) > funds.sum ? searchedEnds(until: limit) : [:]
    }

    /// The rule as it is written, a second at a time: all who ask for a cent are paid, or all of them end.
    package func searchedEnds(until limit: Int64) -> [Int: Int64] {
        let metered = rentals.indices.filter { rentals[$0].isMetered }
        var bounds = rentals.map(\.bound)
        var ends: [Int: Int64] = [:]
        var second = metered.map { rentals[$0].start! + rentals[$0].billed }.min() ?? limit
        while second <= limit {
            var (total, asking): (Int64, [Int]) = (0, [])
            for index in metered {
                let need = rentals[index].need(at: second + 1, bound: bounds[index])
                total += need
                if need > rentals[index].need(at: second, bound: bounds[index]) { asking.append(index) }
            }
            if total > funds.sum {
                for index in asking { (bounds[index], ends[index]) = (second, second) }
            }
            second += 1
        }
        return ends
    }

    /// Whether `deadline` is when money ends the next rental: all is paid at that second, and not at the one after.
    /// Nil is right when all rentals have ends that can be paid.
    package func isDeadline(_ deadline: Int64?) -> Bool {
        if let deadline { return need(at: deadline) <= funds.sum && need(at: deadline + 1) > funds.sum }
        let metered = rentals.filter(\.isMetered)
        return metered.allSatisfy { $0.bound != nil }
            && need(at: metered.compactMap(\.bound).max() ?? 0) <= funds.sum
    }
}
