import Domain
import Operations
import Storage

extension History {
    /// What holds after every step.
    func checkNow() throws {
        let (balance, context) = (try outlet.balance(), outlet.context)
        let newest = try context.ledgerRows(of: outlet.user, filter: LedgerFilter(), before: nil, limit: 1)
            .first
        try hold(balance.available >= .zero && balance.reserved >= .zero, "negative: \(balance)")
        try hold(balance.total == balance.available + balance.reserved, "a total is no sum: \(balance)")
        try hold(
            balance.total == (newest?.balanceAfter ?? .zero) - balance.pending,
            "\(balance) does not go on from \(newest.map { "\($0)" } ?? "no line")")
        let views = try rentals()
        try hold(
            balance.total == ledger.paidIn - views.map(\.totalCharged).sum(),
            "\(ledger.paidIn.count) paid in, \(views.map(\.totalCharged.count)) charged, \(balance)")
        for view in views { try check(view) }
    }

    private func check(_ view: RentalView) throws {
        let meter = try outlet.context.meter(of: view.id, user: outlet.user)!
        try hold(
            meter.charge == view.price.price(of: meter.seconds), "a reading is not the formula: \(meter)")
        try hold(meter.settled <= meter.charge && meter.held >= .zero, "a reading is wrong: \(meter)")
        let charged = ledger.finalCharges[view.id] ?? view.totalCharged
        try hold(view.totalCharged == charged, "a final charge was \(charged.count), and is not: \(view)")
        guard let lost = ledger.lostAt[view.id], let start = view.runningSince else { return }
        try hold(
            start + meter.seconds <= max(lost + heartbeatGrace, start),
            "billed \(meter.seconds.count) s, lost at \(lost): \(view)")
    }

    /// The lights go on, everything is stopped, and the meter gets the time it needs: nothing is left behind.
    func end() async throws {
        outlet.provider.set {
            $0.isDark = false
            $0.interruption = nil
            $0.slowTerminations = 0
            $0.answer = [:]
            $0.startsPending = false
        }
        for id in ledger.rentals {
            do {
                ledger.finalCharges[id] = try outlet.context.stop(id, by: outlet.user).finalCharged
            } catch is StopRefusal {}
        }
        var rounds = 0
        while try !isAtRest(), rounds < 10 {
            outlet.pass(61)
            try await outlet.meter.tick()
            try checkNow()
            rounds += 1
        }
        try hold(isAtRest(), "not everything ended: \(rentals().map(\.status)), \(outlet.provider.now.pods)")
        try checkBooks()
    }

    private func isAtRest() throws -> Bool {
        try outlet.provider.now.pods.isEmpty
            && rentals().allSatisfy { $0.status == .stopped || $0.status == .failed }
    }

    private func checkBooks() throws {
        let context = outlet.context
        let report = try context.verify()
        try hold(report.isSound, "verify: \(report.faults)")
        try hold(outlet.balance().reserved == .zero, "something is still reserved")
        let sum = try context.database.read {
            try $0.row("SELECT SUM(balance_cents) AS cents FROM account")!.int("cents")
        }
        try hold(sum == 0, "all accounts together have \(sum)")
        for view in try rentals() {
            let (charged, credited) = (try posted("rental_charge", view), try posted("refund", view))
            let price = try view.price.price(of: context.meter(of: view.id, user: outlet.user)!.seconds)
            try hold(-charged == price, "posted \(charged.count) instead of \(price.count): \(view)")
            try hold(view.totalCharged == price - credited, "credited \(credited.count): \(view)")
        }
    }

    private func posted(_ type: String, _ view: RentalView) throws -> Cents {
        var filter = LedgerFilter()
        (filter.type, filter.rental) = (type, view.id)
        return try outlet.context.ledgerRows(of: outlet.user, filter: filter, before: nil, limit: 9_999)
            .map(\.amount).sum()
    }

    private func rentals() throws -> [RentalView] {
        try outlet.context.rentals(of: outlet.user, filter: .all, cursor: nil, pageSize: 1_000).items
    }
}
