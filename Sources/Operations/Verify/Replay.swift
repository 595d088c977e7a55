import Domain
import Storage

/// Posts the whole history again, line by line, from nothing.
///
/// A posting is written whole: the usage row, if it is a charge, its transfers, and its line. So the three tables,
/// each in the order of its numbers, run side by side, and each row is read once.
struct Replay {
    let session: any ReadSession
    var books: ReplayedBooks
    var lines: NumberedRows<LineRow>
    var transfers: NumberedRows<TransferRow>
    var usages: NumberedRows<UsageRow>

    init(_ session: any ReadSession) throws {
        self.session = session
        books = try ReplayedBooks(session)
        lines = try NumberedRows(.line, in: session, read: LineRow.init)
        transfers = try NumberedRows(.transfer, in: session, read: TransferRow.init)
        usages = try NumberedRows(.usage, in: session, read: UsageRow.init)
    }

    /// - Throws: `Fault`.
    mutating func run() throws {
        while let line = try lines.take() { try post(line) }
        try postWhatHasNoLine()
        if let usage = usages.next {
            let rental = books.rentals[usage.rental]
            throw rental?.billed == usage.from && rental?.storedBilled == usage.to
                ? Fault("ledger_entry", lines.count + 1, "is missing: nothing tells of usage \(usage.id)")
                : usage.fault("has no line")
        }
        if let transfer = transfers.next {
            throw transfer.id <= books.newestTransfer
                ? Fault(
                    "ledger_entry", lines.count + 1, "is missing: nothing tells of transfer \(transfer.id)")
                : transfer.fault("moves money of a wallet, and no line tells of it")
        }
        try books.finish()
    }

    private mutating func post(_ line: LineRow) throws {
        guard let wallet = books.wallets[line.user] else {
            throw line.fault("is of \(line.user), who has no wallet")
        }
        let before = books.available(of: line.user) + wallet.reserved
        try expect(
            before + line.cents == line.available + line.reserved,
            else: line.fault(
                "moves \(line.cents) cents and ends at \(line.available + line.reserved), "
                    + "but the one before ended at \(before)"))
        try expect(
            ID<LedgerEntry>(line.id) != nil && line.available >= 0 && line.reserved >= 0,
            else: line.fault("is not one that could be written"))
        try postWhatHasNoLine()
        if line.type == "rental_charge" || line.usage != nil {
            try charge(line)
        } else {
            try postCause(of: line)
        }
        try expect(
            books.available(of: line.user) == line.available
                && books.wallets[line.user]!.reserved == line.reserved,
            else: line.fault(
                "ends at \(line.available) available and \(line.reserved) reserved, its transfers make "
                    + "\(books.available(of: line.user)) and \(books.wallets[line.user]!.reserved)"))
        if let rental = line.rental { try forgetIfOver(rental, after: line) }
    }

    /// What moves between accounts of the house, or only alters what is owed, is no wallet's line.
    private mutating func postWhatHasNoLine() throws {
        while let transfer = transfers.next, transfer.leg == 1, hasNoLine(transfer.debit),
            hasNoLine(transfer.credit)
        {
            try books.move(transfer)
            _ = try transfers.take()
        }
    }

    private func hasNoLine(_ account: Int64) -> Bool {
        books.accounts[account].map { $0.user == nil || $0.kind == "debt" } ?? false
    }

    private mutating func forgetIfOver(_ id: String, after line: LineRow) throws {
        guard let rental = books.rentals[id] else { return }
        let isSpent = books.accounts[rental.hold]!.balance == 0
        let isBilled = rental.runningAt.map { $0 + rental.billed == rental.endsAt } ?? false
        if line.type == "release" || line.type == "refund" || isSpent && isBilled { try books.forget(id) }
    }
}

/// One transfer as it must be.
struct ExpectedLeg {
    let number: Int64
    let debit: Int64?
    let credit: Int64?
    let cents: Int64
}

extension Replay {
    /// Takes the transfers of one posting, each as it must be.
    /// - Throws: `Fault`.
    mutating func take(
        _ legs: [ExpectedLeg], code: String, cause: String? = nil, usage: Int64? = nil, for line: LineRow,
        else nothingMoved: Fault
    ) throws -> [TransferRow] {
        var taken: [TransferRow] = []
        for leg in legs {
            guard let transfer = transfers.next else {
                throw transfers.count < books.newestTransfer
                    ? Fault(
                        "transfer", transfers.count + 1,
                        "is missing: it is part of ledger_entry \(line.number)")
                    : nothingMoved
            }
            let name = cause ?? "usage \(usage ?? 0)"
            try expect(
                transfer.cause == cause && transfer.usage == usage && transfer.code == code
                    && transfer.leg == leg.number,
                else: transfer.fault(
                    "is leg \(transfer.leg) of \(transfer.cause ?? "usage \(transfer.usage ?? 0)"), \(transfer.code), "
                        + "where leg \(leg.number) of \(name), \(code), comes by ledger_entry \(line.number)")
            )
            try expect(
                transfer.debit == leg.debit && transfer.credit == leg.credit && transfer.cents == leg.cents,
                else: transfer.fault(
                    "moves \(transfer.cents) cents from account \(transfer.debit) to account \(transfer.credit), where "
                        + "ledger_entry \(line.number) and the rules of \(name) move \(leg.cents) from account "
                        + "\(leg.debit ?? 0) to account \(leg.credit ?? 0)"))
            try books.move(transfer)
            taken.append(try transfers.take()!)
        }
        if let more = transfers.next, more.cause == cause, more.usage == usage {
            throw more.fault("is one too many of \(cause ?? "usage \(usage ?? 0)")")
        }
        return taken
    }
}
