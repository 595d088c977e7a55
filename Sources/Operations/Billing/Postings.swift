import Domain
import Storage

/// How the rest of a hold goes back.
enum HoldReturn {
    case release  // The rental has ended.
    case refund(note: String)  // It never ran; the renter is told why.
}

// Each movement of money, with the cause that makes it happen once.
extension Context {
    /// Reserves `amount` for a rental that was just inserted.
    func postHold(
        _ amount: Cents, for rental: ID<Rental>, of user: ID<User>, at now: Instant,
        in transaction: any Transaction
    ) throws {
        try transaction.post(
            code: .hold, cause: "hold:\(rental)",
            legs: transaction.legs(holding: amount, for: rental, user: user),
            entry: line(.hold, user: user, rental: rental), at: now)
    }

    /// An empty hold that is released leaves no line; a refund always does, for its reason.
    func postReturn(
        of rental: ID<Rental>, to user: ID<User>, as way: HoldReturn, at now: Instant,
        in transaction: any Transaction
    ) throws {
        let legs = try transaction.legs(releasing: rental, user: user)
        switch way {
        case .release:
            guard legs.contains(where: { $0.amount > .zero }) else { return }
            try transaction.post(
                code: .release, cause: "rel:\(rental)", legs: legs,
                entry: line(.release, user: user, rental: rental), at: now)
        case .refund(let note):
            try transaction.post(
                code: .release, cause: "refund:\(rental)", legs: legs,
                entry: line(.refund, user: user, rental: rental, note: note), at: now)
        }
    }

    /// Gives back all that a closed rental was charged; where nothing was charged, nothing is posted.
    func postCredit(
        of rental: ID<Rental>, to user: ID<User>, note: String, at now: Instant,
        in transaction: any Transaction
    ) throws {
        let legs = try transaction.legs(crediting: rental, user: user)
        guard legs.contains(where: { $0.amount > .zero }) else { return }
        try transaction.post(
            code: .credit, cause: "credit:\(rental)", legs: legs,
            entry: line(.refund, user: user, rental: rental, note: note), at: now)
    }

    func postAdjustment(
        _ id: ID<LedgerEntry>, of user: ID<User>, by change: Cents, note: String, at now: Instant,
        in transaction: any Transaction
    ) throws {
        let available = try transaction.account(.available, of: user)
        let writeoff = try transaction.account(.writeoff)
        let leg =
            change > .zero
            ? TransferLeg(debit: writeoff, credit: available, amount: change)
            : TransferLeg(debit: available, credit: writeoff, amount: -change)
        try transaction.post(
            code: .adjust, cause: "adj:\(id)", legs: [leg],
            entry: LedgerLine(id: id, kind: .adjustment, user: user, note: note), at: now)
    }

    private func line(
        _ kind: LedgerLine.Kind, user: ID<User>, rental: ID<Rental>, note: String? = nil
    ) -> LedgerLine {
        LedgerLine(id: ID(environment.newULID()), kind: kind, user: user, rental: rental, note: note)
    }
}

extension ReadSession {
    /// What of a rental's hold has gone back to its wallet.
    func returned(of rental: ID<Rental>) throws -> Cents {
        try row(
            """
            SELECT COALESCE(SUM(t.amount_cents), 0) AS cents
              FROM transfer t JOIN account h ON h.id = t.debit_id
             WHERE h.rental_id = \(rental) AND t.code = 'release'
            """)!.cents("cents")
    }
}
