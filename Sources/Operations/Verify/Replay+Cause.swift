import Domain
import Storage

/// What the words before the first colon of a cause make of its posting.
private struct CauseRule {
    let prefix: String
    let code: String
    let types: Set<String>

    /// `deposit_` names Stripe's payment, and has no colon.
    static let all = [
        CauseRule(prefix: "hold:", code: "hold", types: ["hold"]),
        CauseRule(prefix: "rel:", code: "release", types: ["release"]),
        CauseRule(prefix: "refund:", code: "release", types: ["refund"]),
        CauseRule(prefix: "credit:", code: "credit", types: ["refund"]),
        CauseRule(prefix: "promo:", code: "gift", types: ["adjustment"]),
        CauseRule(prefix: "adj:", code: "adjust", types: ["adjustment"]),
        CauseRule(prefix: "deposit_", code: "topup", types: ["stripe_topup", "auto_topup"]),
        CauseRule(prefix: "debt:", code: "repay", types: ["adjustment", "dispute"]),
        CauseRule(prefix: "rf:", code: "card_refund", types: ["refund", "adjustment"]),
        CauseRule(prefix: "dispute:", code: "dispute", types: ["dispute"]),
        CauseRule(prefix: "dispute_won:", code: "dispute_won", types: ["dispute"]),
    ]
}

extension Replay {
    /// Any posting but a charge, by the rule of its cause.
    /// - Throws: `Fault`.
    mutating func postCause(of line: LineRow) throws {
        let cause = line.cause ?? ""
        guard let rule = CauseRule.all.first(where: { cause.hasPrefix($0.prefix) }),
            rule.types.contains(line.type)
        else { throw line.fault("is of type \(line.type), and its cause is \(line.cause ?? "none")") }
        let subject = String(cause.dropFirst(rule.prefix.count))
        try checkSubject(subject, of: line, rule)
        let nothingMoved = line.fault("moves \(line.cents) cents, and no transfer does")
        let taken =
            try legs(subject, line, rule).map {
                try take($0, code: rule.code, cause: cause, for: line, else: nothingMoved)
            } ?? takeAny(line, code: rule.code, cause: cause, else: nothingMoved)
        try checkTimes(of: line, taken)
    }

    /// What a cause names is what its line is about.
    private mutating func checkSubject(_ subject: String, of line: LineRow, _ rule: CauseRule) throws {
        switch rule.code {
        case "hold", "release", "credit":
            try expect(
                line.rental == subject,
                else: line.fault("names rental \(line.rental ?? "none"), its cause \(subject)"))
            let owner = try session.row("SELECT user_id FROM rental WHERE id = \(subject)")?.text("user_id")
            try expect(
                owner == line.user, else: line.fault("names rental \(subject), which is not \(line.user)'s"))
        default:
            try expect(
                line.rental == nil, else: line.fault("is of no rental, and names \(line.rental ?? "")"))
        }
        if rule.code == "release" {
            let rental = try books.rentals[subject] ?? books.openWithoutHold(subject)
            try expect(rental != nil, else: line.fault("gives back a hold that is not there"))
        }
    }

    /// The transfers that the rule asks for; nil when it leaves them open.
    private mutating func legs(_ subject: String, _ line: LineRow, _ rule: CauseRule) throws -> [ExpectedLeg]?
    {
        let paid = account("available", line)
        switch rule.code {
        case "hold":
            guard let rental = try books.open(subject) else {
                throw line.fault("reserves for a rental without a hold")
            }
            return try holding(in: rental.hold, line)
        case "release":
            let legs = releasing(books.rentals[subject]!, line)
            try expect(
                !legs.isEmpty || line.type == "refund", else: line.fault("releases a hold that was empty"))
            return legs
        case "credit": return try crediting(subject, line)
        case "gift": return numbered([(books.house["promo_grant"], account("promo", line), line.cents)])
        case "adjust":
            return numbered([
                line.cents > 0
                    ? (books.house["writeoff"], paid, line.cents)
                    : (paid, books.house["writeoff"], -line.cents)
            ])
        default: return nil
        }
    }

    private func account(_ kind: String, _ line: LineRow) -> Int64? {
        books.wallets[line.user]?.accounts[kind]
    }

    /// Gift credit first, then paid money.
    private func holding(in hold: Int64, _ line: LineRow) throws -> [ExpectedLeg] {
        let cents = line.reserved - books.wallets[line.user]!.reserved
        try expect(cents > 0, else: line.fault("reserves nothing"))
        let fromPromo = min(cents, books.balance("promo", of: line.user))
        return numbered([
            (account("promo", line), hold, fromPromo), (account("available", line), hold, cents - fromPromo),
        ])
    }

    /// All that is left, to where it came from: usage spent the gift credit in it first.
    private func releasing(_ rental: ReplayedBooks.Rental, _ line: LineRow) -> [ExpectedLeg] {
        let left = books.accounts[rental.hold]!.balance
        let toPaid = min(left, rental.heldFromPaid)
        return numbered([
            (rental.hold, account("available", line), toPaid),
            (rental.hold, account("promo", line), left - toPaid),
        ])
    }

    /// All that the rental was charged, gift credit as gift credit. Its hold went back before.
    private func crediting(_ id: String, _ line: LineRow) throws -> [ExpectedLeg] {
        let paid = account("available", line)
        let charged = try session.row(
            """
            SELECT COALESCE(SUM(u.cents), 0) AS cents, COALESCE(SUM(u.available_cents), 0)
                   + (SELECT COALESCE(SUM(CASE t.credit_id WHEN h.id THEN t.amount_cents ELSE -t.amount_cents END), 0)
                        FROM account h
                        JOIN transfer t ON (t.debit_id = h.id AND t.credit_id = \(paid))
                                        OR (t.debit_id = \(paid) AND t.credit_id = h.id)
                       WHERE h.rental_id = \(id) AND t.id <= \(transfers.count)) AS paid_cents
              FROM usage u
             WHERE u.rental_id = \(id) AND u.id <= \(usages.count)
            """)!
        let toPaid = charged.int("paid_cents")
        return numbered([
            (books.house["revenue"], account("promo", line), charged.int("cents") - toPaid),
            (books.house["revenue"], paid, toPaid),
        ])
    }

    private func numbered(_ moves: [(debit: Int64?, credit: Int64?, cents: Int64)]) -> [ExpectedLeg] {
        zip(1..., moves.filter { $0.cents != 0 }).map {
            ExpectedLeg(number: $0, debit: $1.debit, credit: $1.credit, cents: $1.cents)
        }
    }

    /// Between this wallet and the house, in legs that are counted from 1 and make the line's amount.
    private mutating func takeAny(
        _ line: LineRow, code: String, cause: String, else nothingMoved: Fault
    ) throws -> [TransferRow] {
        var taken: [TransferRow] = []
        while let transfer = transfers.next, transfer.cause == cause {
            for id in [transfer.debit, transfer.credit] {
                try expect(
                    books.accounts[id].map { $0.user == nil || $0.user == line.user } ?? false,
                    else: transfer.fault("moves account \(id), which is not of \(line.user)"))
            }
            try expect(
                transfer.code == code && transfer.leg == taken.count + 1,
                else: transfer.fault("is leg \(transfer.leg), \(transfer.code), of \(cause)"))
            try books.move(transfer)
            taken.append(try transfers.take()!)
        }
        guard let first = taken.first else {
            throw transfers.count < books.newestTransfer
                ? (transfers.next?.fault("is of another cause, where \(cause) comes")
                    ?? Fault("transfer", transfers.count + 1, "is missing: it is part of \(cause)"))
                : nothingMoved
        }
        try expect(
            books.available(of: line.user) + books.wallets[line.user]!.reserved == line.available
                + line.reserved,
            else: first.fault(
                "and the rest of \(cause) do not make the \(line.cents) cents of line \(line.id)"))
        return taken
    }
}
