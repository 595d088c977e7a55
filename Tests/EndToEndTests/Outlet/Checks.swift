import Testing

// What holds in every reading that any test takes.

/// The price of `seconds` at `rate` cents an hour, half up: reckoned here once more, by quotient and remainder.
func price(seconds: Int64, rate: Int64) -> Int64 {
    let (cents, rest) = (seconds * rate).quotientAndRemainder(dividingBy: 3_600)
    return rest * 2 >= 3_600 ? cents + 1 : cents
}

/// `currentChargeCents == round_half_up(secondsBilled / 3600 × ratePerHour × 100)`, in integers.
func checkReading(_ reading: JSON, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let rate = Int64((try reading.number("ratePerHour") * 100).rounded())
    let seconds = try reading.integer("secondsBilled")
    let charge = try reading.integer("currentChargeCents")
    #expect(seconds >= 0, sourceLocation: sourceLocation)
    #expect(charge == price(seconds: seconds, rate: rate), "\(reading)", sourceLocation: sourceLocation)
    #expect(try reading.integer("settledCents") <= charge, "\(reading)", sourceLocation: sourceLocation)
    #expect(try reading.integer("heldCents") >= 0, "\(reading)", sourceLocation: sourceLocation)
}

/// Nothing is negative, and the total is the sum of its parts.
func checkBalance(_ balance: JSON, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for key in ["availableCents", "reservedCents", "totalCents", "pendingCents", "burnPerHourCents"] {
        #expect(try balance.integer(key) >= 0, "\(balance)", sourceLocation: sourceLocation)
    }
    let parts = try balance.integer("availableCents") + balance.integer("reservedCents")
    #expect(try balance.integer("totalCents") == parts, "\(balance)", sourceLocation: sourceLocation)
}

/// Each line of a ledger, newest first, starts where the next one ended, and usage lines recompute.
func checkLedger(_ entries: [JSON], sourceLocation: SourceLocation = #_sourceLocation) throws {
    for (index, entry) in entries.enumerated() {
        let before = index + 1 < entries.count ? try entries[index + 1].integer("balanceAfterCents") : 0
        let after = try entry.integer("balanceAfterCents")
        #expect(
            after == (try entry.integer("amountCents")) + before, "\(entry)", sourceLocation: sourceLocation)
        #expect(try entry.integer("availableAfterCents") >= 0, sourceLocation: sourceLocation)
        #expect(try entry.integer("reservedAfterCents") >= 0, sourceLocation: sourceLocation)
        let sum = try entry.integer("availableAfterCents") + entry.integer("reservedAfterCents")
        #expect(after == sum, "\(entry)", sourceLocation: sourceLocation)
    }
    let charges = try entries.filter { try $0.text("type") == "rental_charge" }
    for lines in Dictionary(grouping: charges, by: { try? $0.text("rentalId") }).values {
        let seconds = try lines.map { try $0.integer("secondsBilled") }.reduce(0, +)
        let cents = try lines.map { -(try $0.integer("amountCents")) }.reduce(0, +)
        let rate = try lines[0].integer("ratePerHourCents")
        #expect(cents == price(seconds: seconds, rate: rate), "\(lines)", sourceLocation: sourceLocation)
        for line in lines {
            let span = try line.instant("periodEnd") - line.instant("periodStart")
            #expect(try line.integer("secondsBilled") == span, "\(line)", sourceLocation: sourceLocation)
        }
    }
}
