import Domain
import Storage

extension Context {
    /// One rental with live figures; nil when there is none, or it is not this user's. No user: the operator's view.
    package func rental(_ id: ID<Rental>, of user: ID<User>?) throws -> RentalView? {
        try database.read { session in
            guard let row = try session.rental(id), user == nil || row.user == user else { return nil }
            return try view(of: row, at: now(in: session), in: session)
        }
    }

    /// The same with its tries at providers, in order: the launch receipt, all of one moment.
    package func receipt(of id: ID<Rental>, user: ID<User>) throws -> (RentalView, [AttemptView])? {
        try database.read { session in
            guard let row = try session.rental(id), row.user == user else { return nil }
            return (try view(of: row, at: now(in: session), in: session), try session.attemptViews(of: id))
        }
    }

    /// Newest first. The cursor is the last id of the page before, so pages stay right while rows are added.
    /// - Throws: `CursorRefusal`.
    package func rentals(
        of user: ID<User>?, filter: RentalFilter, cursor: String?, pageSize: Int
    ) throws -> Page<RentalView> {
        var condition: SQL = "1 = 1"
        if let user { condition = "\(condition) AND user_id = \(user)" }
        switch filter {
        case .all: break
        case .inProgress: condition = "\(condition) AND state IN ('provisioning', 'stopping')"
        case .status(let status): condition = "\(condition) AND state = \(status.rawValue)"
        }
        if let cursor {
            guard let last = ID<Rental>(cursor) else { throw CursorRefusal() }
            condition = "\(condition) AND id < \(last)"
        }
        return try database.read { session in
            let now = try now(in: session)
            var times = PaidTimes(at: now, in: session)
            var items: [RentalView] = []
            try session.eachRental(where: "\(condition) ORDER BY id DESC LIMIT \(pageSize + 1)") {
                items.append(try view(of: $0, &times, in: session))
            }
            guard items.count > pageSize else { return Page(items: items, next: nil) }
            items.removeLast()
            return Page(items: items, next: items.last?.id.text)
        }
    }

    /// The tries at providers, in order.
    package func attempts(of rental: ID<Rental>) throws -> [AttemptView] {
        try database.read { try $0.attemptViews(of: rental) }
    }

    /// The meter's reading: `charge` is the price of `seconds`, at every instant.
    package func meter(of id: ID<Rental>, user: ID<User>) throws -> MeterView? {
        try database.read { session in
            guard let row = try session.rental(id), row.user == user else { return nil }
            let wallet = try walletView(of: session.walletState(of: user), at: now(in: session))
            let seconds = wallet.seconds[id] ?? row.billed
            let hold = try session.row("SELECT balance_cents FROM account WHERE rental_id = \(id)")!.cents(
                "balance_cents")
            return MeterView(
                rental: id, rate: row.rate, seconds: seconds, charge: row.rate.price(of: seconds),
                lastHeartbeatAt: row.confirmedAt, held: wallet.holds[id] ?? hold,
                settled: row.rate.price(of: row.billed),
                exhaustsAt: row.status == .running ? wallet.exhaustsAt : nil)
        }
    }

    /// What the pod's start wrote, as last fetched by the meter; nil when there is nothing yet.
    package func log(of rental: ID<Rental>) throws -> String? {
        try database.read { try $0.log(of: rental) }
    }

    func view(of row: RentalRow, at now: Instant, in session: any ReadSession) throws -> RentalView {
        var times = PaidTimes(at: now, in: session)
        return try view(of: row, &times, in: session)
    }

    private func view(of row: RentalRow, _ times: inout PaidTimes, in session: any ReadSession) throws
        -> RentalView
    {
        let (seconds, credited) = (try times.seconds(of: row), try session.credited(of: row))
        return RentalView(row: row, totalCharged: row.rate.price(of: seconds) - credited)
    }
}

extension ReadSession {
    fileprivate func attemptViews(of rental: ID<Rental>) throws -> [AttemptView] {
        try attempts(of: rental).map {
            AttemptView(
                listing: $0.listing, provider: $0.provider, price: $0.rate, outcome: $0.outcome.rawValue,
                error: $0.error, startedAt: $0.startedAt, endedAt: $0.endedAt)
        }
    }

    /// What was given back of a lost pod's charge; only a failed rental has any.
    fileprivate func credited(of rental: RentalRow) throws -> Cents {
        guard rental.status == .failed, rental.billed > .zero else { return .zero }
        return try row(
            """
            SELECT COALESCE(SUM(amount_cents), 0) AS cents FROM ledger_entry
             WHERE rental_id = \(rental.id) AND type = 'refund'
            """)!.cents("cents")
    }
}
