import Domain
import Operations
import Providers
import Storage

extension WalletHistory {
    /// The outlet's books and live figures against the model's, in one view of the database.
    func check() throws {
        try context.database.read { books in
            let time = try context.nowMilliseconds(in: books)
            try hold(time == milliseconds, "billing time is \(time), not \(milliseconds)")
            let holds = try checkAccounts(in: books)
            try checkRentals(holds: holds, in: books)
            try checkLines(in: books)
            try checkLiveFigures(walletView(of: books.walletState(of: user), at: Instant(now)))
            if hasReported { try checkStepsOfTheClock(in: books) }
        }
        hasReported = false
        try hold(model.debt == 0, "\(model.debt) cents could not be paid")
        if dice.chance(20) { try checkReaders() }
    }

    private func checkStepsOfTheClock(in books: any ReadSession) throws {
        let steps = try books.stepsOfTheClock()
        try hold(steps == stepsTold, "\(steps) steps of the clock were told, not \(stepsTold)")
    }

    /// Answers what each rental holds.
    private func checkAccounts(in books: any ReadSession) throws -> [String: Int64] {
        var holds: [String: Int64] = [:]
        for row in try books.rows(
            """
            SELECT a.kind, a.rental_id, a.balance_cents, w.exhausts_at_s
              FROM wallet w JOIN account a ON a.user_id = w.user_id
             WHERE w.user_id = \(user)
            """)
        {
            let (kind, cents) = (row.text("kind"), row.int("balance_cents"))
            switch kind {
            case "available": try hold(cents == model.funds.paid, "\(cents) paid, not \(model.funds.paid)")
            case "promo": try hold(cents == model.funds.gift, "\(cents) given, not \(model.funds.gift)")
            case "hold": holds[row.text("rental_id")] = cents
            default: try hold(cents == 0, "\(kind) has \(cents)")
            }
            guard kind == "available" else { continue }
            let deadline = row.optionalInt("exhausts_at_s")
            try hold(model.isDeadline(deadline), "the stored end of the money is \(deadline ?? 0)")
        }
        return holds
    }

    private func checkRentals(holds: [String: Int64], in books: any ReadSession) throws {
        let rows = try books.rows(
            """
            SELECT id, state, rate_cents, running_at_s, confirmed_at_s, ends_at_s, closed_at_s, billed_s, stop_reason
              FROM rental WHERE user_id = \(user) ORDER BY id
            """)
        try hold(rows.count == model.rentals.count, "there are \(rows.count) rentals")
        for (row, rental) in zip(rows, model.rentals) {
            let states: [String] =
                switch rental.state {
                case .provisioning: ["provisioning"]
                case .running: ["running"]
                case .ended: ["stopping", "stopped"]
                case .failed: ["failed"]
                }
            let isRight =
                row.text("id") == rental.id && states.contains(row.text("state"))
                && row.int("rate_cents") == rental.rate && row.optionalInt("running_at_s") == rental.start
                && row.optionalInt("confirmed_at_s") == rental.start.map { _ in rental.seen }
                && (rental.start == nil || row.optionalInt("ends_at_s") == rental.end)
                && row.isNull("closed_at_s") != rental.isClosed && row.int("billed_s") == rental.billed
                && row.optionalText("stop_reason") == rental.reason && holds[rental.id] == rental.hold.sum
            try hold(isRight, "\(row), which holds \(holds[rental.id] ?? -1), is not \(rental)")
        }
    }

    private func checkLines(in books: any ReadSession) throws {
        let rows = try books.rows(
            """
            SELECT seq, type, amount_cents, available_after_cents, reserved_after_cents
              FROM ledger_entry WHERE seq > \(newestLine) AND user_id = \(user) ORDER BY seq
            """)
        let lines = rows.map {
            WalletModel.Line(
                type: $0.text("type"), amount: $0.int("amount_cents"),
                available: $0.int("available_after_cents"), reserved: $0.int("reserved_after_cents"))
        }
        let expected = Array(model.lines.dropFirst(linesSeen))
        try hold(lines == expected, "the ledger goes on with \(lines), not \(expected)")
        linesSeen += lines.count
        newestLine = rows.last?.int("seq") ?? newestLine
    }

    private func checkLiveFigures(_ live: WalletView) throws {
        let view = model.view(at: now)
        let figures = [live.available, live.reserved, live.pending, live.burnPerHour].map(\.count)
        let expected = [view.available, view.reserved, view.pending, view.burn]
        try hold(figures == expected, "available, reserved, pending, burn are \(figures), not \(expected)")
        try hold(figures.allSatisfy { $0 >= 0 }, "negative: \(figures)")
        try hold(model.isDeadline(live.exhaustsAt?.secondsSince1970), "money ends at \(live.exhaustsAt!)")
        for (index, rental) in model.rentals.enumerated() where rental.isMetered {
            let seconds = live.seconds[ID(rental.id)!]?.count
            try hold(
                seconds == view.seconds[index],
                "\(seconds ?? 0) s and not \(view.seconds[index]) of \(rental)")
        }
    }

    /// What renters see is the same.
    private func checkReaders() throws {
        let (balance, view) = (try context.balance(of: user), model.view(at: now))
        let figures = [balance.available, balance.reserved, balance.pending].map(\.count)
        try hold(figures == [view.available, view.reserved, view.pending], "the balance says \(balance)")
        guard let index = model.rentals.indices.randomElement(using: &dice) else { return }
        let id = ID<Rental>(model.rentals[index].id)!
        let meter = try context.meter(of: id, user: user)!
        let charged = try context.rental(id, of: user)!.totalCharged.count
        try hold(meter.seconds.count == view.seconds[index], "\(meter) is not \(view.seconds[index]) s")
        try hold(charged == view.charged[index], "charged \(charged), not \(view.charged[index])")
    }

    /// The light goes on and everything is stopped: within ten rounds nothing is left behind, and no cent is lost.
    func end() async throws {
        tell("end")
        bench.provider.set {
            ($0.isDark, $0.soldOut, $0.slowTerminations, $0.answer) = (false, [], 0, .ready)
        }
        for rental in model.rentals { try stop(ID(rental.id)!) }
        for _ in 0..<10 where try !isAtRest() {
            pass(milliseconds: 61_000)
            try report()
            try await watch()
            try settle()
            try await carryOut()
            try check()
        }
        try hold(isAtRest(), "left behind: \(bench.provider.now.pods)")
        let spent = model.rentals.reduce(0) { $0 + ($1.isCredited ? 0 : $1.spent.sum) }
        let total = model.funds.sum + spent
        let paidIn = model.lines.filter { $0.type == "adjustment" }.reduce(0) { $0 + $1.amount }
        try hold(
            total == paidIn && model.reserved == 0, "\(paidIn) were paid in, \(total) are there or spent")
        let sum = try context.database.read {
            try $0.row("SELECT SUM(balance_cents) AS cents FROM account")!.int("cents")
        }
        try hold(sum == 0, "all accounts together have \(sum)")
    }

    private func isAtRest() throws -> Bool {
        guard bench.provider.now.pods.isEmpty else { return false }
        return try context.database.read {
            try $0.row(
                """
                SELECT 1 AS one FROM rental WHERE state NOT IN ('stopped', 'failed')
                UNION ALL SELECT 1 FROM effect WHERE done_at_ms IS NULL
                """) == nil
        }
    }
}
