import Domain

/// Which movements a transfer can be; the table `movement` says between which accounts. Usage posts its own.
package enum MovementCode: String, Sendable {
    case hold, release, credit, gift, adjust, topup, repay, dispute
    case cardRefund = "card_refund"
    case disputeWon = "dispute_won"
}

/// One transfer of a posting; an amount of zero is left out.
package struct TransferLeg: Hashable, Sendable {
    package let debit: AccountID
    package let credit: AccountID
    package let amount: Cents

    package init(debit: AccountID, credit: AccountID, amount: Cents) {
        precondition(amount >= .zero, "a transfer moves a positive amount")
        self.debit = debit
        self.credit = credit
        self.amount = amount
    }
}

/// The line that a posting writes into a wallet's ledger; its figures follow from the accounts.
package struct LedgerLine: Sendable {
    package enum Kind: String, Sendable {
        case hold, release, refund, adjustment, dispute
        case stripeTopup = "stripe_topup"
        case autoTopup = "auto_topup"
    }

    package let id: ID<LedgerEntry>
    package let kind: Kind
    package let user: ID<User>
    package let rental: ID<Rental>?
    package let note: String?

    package init(
        id: ID<LedgerEntry>, kind: Kind, user: ID<User>, rental: ID<Rental>? = nil, note: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.user = user
        self.rental = rental
        self.note = note
    }
}

extension Transaction {
    /// Posts `legs` under `cause`, then the line. Again with the same content, at any time: changes nothing.
    /// Nothing to move, such as the rest of an empty hold, is no posting; only a refund of nothing has its line, since
    /// that tells the renter why a launch failed.
    /// - Returns: false when nothing was posted now.
    /// - Throws: `LedgerRefusal`, before anything is changed.
    @discardableResult
    package func post(
        code: MovementCode, cause: String, legs: [TransferLeg], entry: LedgerLine?, at instant: Instant
    ) throws -> Bool {
        let legs = legs.filter { $0.amount > .zero }
        guard !legs.isEmpty || entry?.kind == .refund else { return false }
        guard try !isPosted(cause) else {
            guard try postedLegs(cause) == legs.map({ PostedLeg(code: code.rawValue, leg: $0) }),
                try postedLine(cause) == entry.map(PostedLine.init)
            else { throw LedgerRefusal.causeReused(cause) }
            return false
        }
        try checkFunds(for: legs)
        for (index, leg) in legs.enumerated() {
            try run(
                """
                INSERT INTO transfer (code, cause, leg, debit_id, credit_id, amount_cents, posted_at_s)
                VALUES (\(code.rawValue), \(cause), \(index + 1), \(leg.debit), \(leg.credit), \(leg.amount), \(instant))
                """)
        }
        if let entry { try insert(entry, cause: cause, at: instant) }
        return true
    }

    private func insert(_ line: LedgerLine, cause: String, at instant: Instant) throws {
        try run(
            """
            INSERT INTO ledger_entry (id, user_id, type, cause, rental_id, amount_cents,
                                      available_after_cents, reserved_after_cents, posted_at_s, note)
            SELECT \(line.id), user_id, \(line.kind.rawValue), \(cause), \(line.rental),
                   (SELECT COALESCE(SUM(c.amount_cents), 0)
                      FROM wallet_change c
                     WHERE c.cause = \(cause) AND c.user_id = \(line.user)),
                   available_cents, reserved_cents, \(instant), \(line.note)
              FROM wallet_funds
             WHERE user_id = \(line.user)
            """)
    }

    private func checkFunds(for legs: [TransferLeg]) throws {
        for (account, legs) in Dictionary(grouping: legs, by: \.debit) {
            let payer = try row(
                "SELECT balance_cents FROM account WHERE id = \(account) AND user_id IS NOT NULL AND kind <> 'debt'"
            )
            if let balance = payer?.cents("balance_cents"), balance < legs.map(\.amount).sum() {
                throw LedgerRefusal.insufficientBalance(available: balance)
            }
        }
    }
}

extension ReadSession {
    /// Whether anything was ever posted under `cause`.
    package func isPosted(_ cause: String) throws -> Bool {
        try row(
            """
            SELECT 1 AS one FROM transfer WHERE cause = \(cause)
            UNION ALL
            SELECT 1 FROM ledger_entry WHERE cause = \(cause)
            """) != nil
    }

    fileprivate func postedLegs(_ cause: String) throws -> [PostedLeg] {
        try rows(
            "SELECT code, debit_id, credit_id, amount_cents FROM transfer WHERE cause = \(cause) ORDER BY leg"
        ).map {
            PostedLeg(
                code: $0.text("code"),
                leg: TransferLeg(
                    debit: AccountID($0.int("debit_id")), credit: AccountID($0.int("credit_id")),
                    amount: $0.cents("amount_cents")))
        }
    }

    fileprivate func postedLine(_ cause: String) throws -> PostedLine? {
        try row("SELECT user_id, type, rental_id, note FROM ledger_entry WHERE cause = \(cause)").map {
            PostedLine(
                user: $0.text("user_id"), type: $0.text("type"), rental: $0.optionalText("rental_id"),
                note: $0.optionalText("note"))
        }
    }
}

private struct PostedLeg: Hashable {
    let code: String
    let leg: TransferLeg
}

/// The content of a line: what must be the same when its cause comes again. The id need not be.
private struct PostedLine: Hashable {
    let user: String
    let type: String
    let rental: String?
    let note: String?
}

extension PostedLine {
    init(_ line: LedgerLine) {
        self.init(user: line.user.text, type: line.kind.rawValue, rental: line.rental?.text, note: line.note)
    }
}
