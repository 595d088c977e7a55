import Storage

/// The accounts as the rows read so far have made them.
struct ReplayedBooks {
    struct Account {
        let kind: String
        let user: String?
        let rental: String?
        var balance: Int64 = 0
        var last: Int64 = 0  // The transfer that moved it last.
    }

    struct Wallet {
        var accounts: [String: Int64] = [:]  // By kind.
        var reserved: Int64 = 0
    }

    /// What is known of a rental: above the line from its row, below it from the rows read so far.
    struct Rental {
        let user: String
        let hold: Int64  // Its account.
        let rate: Int64
        let runningAt: Int64?
        let confirmedAt: Int64?
        let endsAt: Int64?
        let closedAt: Int64?
        let storedBilled: Int64
        let storedBalance: Int64
        let storedLast: Int64

        var billed: Int64 = 0
        var heldFromPaid: Int64 = 0  // What of the hold came from paid money, and has not gone back there.
    }

    private(set) var accounts: [Int64: Account] = [:]
    private(set) var wallets: [String: Wallet] = [:]
    private(set) var house: [String: Int64] = [:]
    private(set) var rentals: [String: Rental] = [:]  // Those that may still move.
    /// The newest transfer that an account remembers: one with a greater number was put in past the accounts.
    let newestTransfer: Int64
    private let movements = Set(Movement.all)
    private let session: any ReadSession

    init(_ session: any ReadSession) throws {
        self.session = session
        newestTransfer = try session.row("SELECT COALESCE(MAX(last_transfer), 0) AS last FROM account")!
            .int("last")
        let rows = try session.cursor("SELECT id, kind, user_id FROM account WHERE rental_id IS NULL")
        while let cells = try rows.next() {
            let (id, kind, user) = (try cells.int(0), try cells.text(1), try cells.optionalText(2))
            accounts[id] = Account(kind: kind, user: user, rental: nil)
            if let user { wallets[user, default: Wallet()].accounts[kind] = id } else { house[kind] = id }
        }
    }

    func balance(_ kind: String, of user: String) -> Int64 {
        wallets[user]?.accounts[kind].flatMap { accounts[$0]?.balance } ?? 0
    }

    func available(of user: String) -> Int64 {
        balance("available", of: user) + balance("promo", of: user)
    }

    /// A rental begins, with an empty hold. Nil when there is no such rental, or no account for it.
    mutating func open(_ id: String) throws -> Rental? {
        let rows = try session.cursor(
            """
            SELECT h.id, r.user_id, r.rate_cents, r.running_at_s, r.confirmed_at_s, r.ends_at_s, r.closed_at_s,
                   r.billed_s, h.balance_cents, h.last_transfer
              FROM rental r
              JOIN account h ON h.rental_id = r.id
             WHERE r.id = \(id)
            """)
        guard let cells = try rows.next() else { return nil }
        let rental = Rental(
            user: try cells.text(1), hold: try cells.int(0), rate: try cells.int(2),
            runningAt: try cells.optionalInt(3), confirmedAt: try cells.optionalInt(4),
            endsAt: try cells.optionalInt(5), closedAt: try cells.optionalInt(6),
            storedBilled: try cells.int(7), storedBalance: try cells.int(8), storedLast: try cells.int(9))
        rentals[id] = rental
        accounts[rental.hold] = Account(kind: "hold", user: rental.user, rental: id)
        return rental
    }

    /// A rental whose first hour costs less than half a cent has reserved nothing, and has no line that says so.
    mutating func openWithoutHold(_ id: String) throws -> Rental? {
        let hold = try session.row("SELECT 1 AS one FROM transfer WHERE cause = 'hold:' || \(id) LIMIT 1")
        return hold == nil ? try open(id) : nil
    }

    mutating func bill(_ rental: String, to second: Int64) { rentals[rental]?.billed = second }

    /// - Throws: `Fault` when there is no such movement, or it takes what is not there.
    mutating func move(_ transfer: TransferRow) throws {
        guard let debit = accounts[transfer.debit], let credit = accounts[transfer.credit] else {
            throw transfer.fault("moves money of an account that is not there, or is closed")
        }
        try expect(
            transfer.cents > 0 && transfer.debit != transfer.credit
                && movements.contains(
                    Movement(code: transfer.code, debit: debit.kind, credit: credit.kind))
                && (debit.user == nil || credit.user == nil || debit.user == credit.user),
            else: transfer.fault(
                "is \(transfer.code) of \(transfer.cents) cents from account \(transfer.debit) (\(debit.kind)) "
                    + "to account \(transfer.credit) (\(credit.kind)), which cannot be"))
        try change(transfer.debit, by: -transfer.cents, with: transfer)
        try change(transfer.credit, by: transfer.cents, with: transfer)
        if let rental = credit.rental, debit.kind == "available" {
            rentals[rental]?.heldFromPaid += transfer.cents
        }
        if let rental = debit.rental, credit.kind == "available" {
            rentals[rental]?.heldFromPaid -= transfer.cents
        }
    }

    private mutating func change(_ id: Int64, by cents: Int64, with transfer: TransferRow) throws {
        accounts[id]!.balance += cents
        accounts[id]!.last = transfer.id
        let account = accounts[id]!
        if account.kind == "hold" { wallets[account.user!]?.reserved += cents }
        let isPossible =
            account.kind == "debt" ? account.balance <= 0 : account.user == nil || account.balance >= 0
        try expect(
            isPossible,
            else: transfer.fault("leaves \(account.balance) cents in account \(id), \(account.kind)"))
    }

    /// Nothing of the rental moves any more: it is compared with its row, and forgotten.
    /// - Throws: `Fault`.
    mutating func forget(_ id: String) throws {
        guard let rental = rentals.removeValue(forKey: id) else { return }
        let hold = accounts.removeValue(forKey: rental.hold)!
        try expect(
            rental.billed == rental.storedBilled,
            else: Fault(
                "rental", id,
                "says that \(rental.storedBilled) seconds are billed, its usage makes \(rental.billed)"))
        try expect(
            hold.balance == rental.storedBalance && hold.last == rental.storedLast,
            else: Fault(
                "account", rental.hold,
                "has \(rental.storedBalance) cents by transfer \(rental.storedLast), "
                    + "its transfers make \(hold.balance) by \(hold.last)"))
        try expect(
            rental.closedAt == nil || hold.balance == 0,
            else: Fault("rental", id, "is closed and still holds \(hold.balance) cents"))
    }

    /// Compares what is left with the stored accounts.
    /// - Throws: `Fault`.
    mutating func finish() throws {
        for id in rentals.keys.sorted() { try forget(id) }
        let rows = try session.cursor(
            "SELECT id, balance_cents, last_transfer FROM account WHERE rental_id IS NULL ORDER BY id")
        while let cells = try rows.next() {
            let (id, balance, last) = (try cells.int(0), try cells.int(1), try cells.int(2))
            guard let account = accounts[id] else { preconditionFailure("read from the same table") }
            try expect(
                account.balance == balance && account.last == last,
                else: Fault(
                    "account", id,
                    "has \(balance) cents by transfer \(last), its transfers make \(account.balance) by \(account.last)"
                ))
        }
    }
}
