import Domain

extension Replay {
    /// A charge: its usage row is recomputed from seconds and rate, its transfers from what the wallet had.
    /// - Throws: `Fault`.
    mutating func charge(_ line: LineRow) throws {
        try expect(
            line.type == "rental_charge" && line.cause == nil && line.usage != nil,
            else: line.fault("is of type \(line.type), and not one of a charge"))
        guard let usage = usages.next else {
            throw Fault("usage", usages.count + 1, "is missing: ledger_entry \(line.number) charges for it")
        }
        let rental = try checked(usage, of: line)
        try expect(
            line.usage == usage.id,
            else: line.fault("charges for usage \(line.usage ?? 0), where usage \(usage.id) comes"))
        try expect(
            line.rental == usage.rental && line.user == rental.user,
            else: line.fault("is not of the renter and the rental of usage \(usage.id)"))
        try expect(
            line.cents == -usage.cents,
            else: line.fault("is not the \(usage.cents) cents of usage \(usage.id)"))
        if line.id != usage.entry {
            throw distance(usage.entry, to: line.postedAt) > distance(line.id, to: line.postedAt)
                ? usage.fault(
                    "names line \(usage.entry), and is charged by ledger_entry \(line.number), \(line.id)")
                : line.fault("is line \(usage.entry) by usage \(usage.id)")
        }
        let wallet = books.wallets[rental.user]!
        let payers = [
            (rental.hold, usage.fromHold), (wallet.accounts["promo"], usage.fromPromo),
            (wallet.accounts["available"], usage.fromAvailable),
        ]
        let legs = zip(1..., payers).filter { $1.1 > 0 }.map {
            ExpectedLeg(number: $0, debit: $1.0, credit: books.house["revenue"], cents: $1.1)
        }
        let taken = try take(
            legs, code: "usage", usage: usage.id, for: line,
            else: usage.fault("takes \(usage.cents) cents that no transfer moves"))
        books.bill(usage.rental, to: usage.to)
        _ = try usages.take()
        try checkTimes(of: line, taken, usage)
    }

    private mutating func checked(_ usage: UsageRow, of line: LineRow) throws -> ReplayedBooks.Rental {
        guard let rental = try books.rentals[usage.rental] ?? books.openWithoutHold(usage.rental) else {
            throw usage.fault(
                "is of rental \(usage.rental), which holds nothing by ledger_entry \(line.number)")
        }
        try expect(
            usage.from == rental.billed,
            else: usage.fault(
                "begins at second \(usage.from) of rental \(usage.rental), billed to \(rental.billed) by then"
            ))
        try expect(
            usage.to > usage.from && usage.to <= 3_153_600_000 && usage.seconds == usage.to - usage.from,
            else: usage.fault("is of \(usage.seconds) seconds from \(usage.from) to \(usage.to)"))
        try expect(
            usage.rate == rental.rate,
            else: usage.fault("is at \(usage.rate) cents an hour, rental \(usage.rental) at \(rental.rate)"))
        let cents = price(usage.to, usage.rate) - price(usage.from, usage.rate)
        try expect(
            usage.cents == cents && cents == usage.fromHold + usage.fromPromo + usage.fromAvailable,
            else: usage.fault(
                "is \(usage.cents) cents, \(usage.fromHold) + \(usage.fromPromo) + \(usage.fromAvailable); "
                    + "\(usage.seconds) seconds at \(usage.rate) are \(cents)"))
        let fromHold = min(cents, books.accounts[rental.hold]!.balance)
        let fromPromo = min(cents - fromHold, books.balance("promo", of: rental.user))
        try expect(
            usage.fromHold == fromHold && usage.fromPromo == fromPromo,
            else: usage.fault(
                "takes \(usage.fromHold) cents of the hold and \(usage.fromPromo) of gift credit, "
                    + "which had \(fromHold) and \(fromPromo) to give"))
        guard let start = rental.runningAt, let confirmed = rental.confirmedAt else {
            throw usage.fault("is of rental \(usage.rental), which never ran")
        }
        let end = start + usage.to
        try expect(
            end <= usage.postedAt && end <= rental.endsAt ?? end,
            else: usage.fault(
                "bills to second \(usage.to) of rental \(usage.rental), before or beyond its end"))
        try expect(
            end <= confirmed,
            else: Fault(
                "rental", usage.rental,
                "was confirmed for \(confirmed - start) seconds, and usage \(usage.id) bills \(usage.to)"))
        return rental
    }

    /// Whole cents from second 0; no overflow below a century at the highest rate.
    private func price(_ seconds: Int64, _ rate: Int64) -> Int64 { (2 * seconds * rate + 3_600) / 7_200 }
}
