import Domain
import Operations

extension BalanceView {
    /// All but the time of the reading.
    func writeFigures(to json: inout JSONWriter) {
        json.field("availableCents", available)
        json.field("reservedCents", reserved)
        json.field("totalCents", total)
        json.field("pendingCents", pending)
        json.field("owedCents", owed)
        json.field("burnPerHourCents", burnPerHour)
        json.field("runwaySeconds", runway)
    }
}

extension LedgerEntryView: JSONWritable {
    /// `stripeChargeId` and `paymentId` belong to lines about payments by card; other lines have none.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("type", type)
            json.field("amountCents", amount)
            json.field("createdAt", createdAt)
            json.field("balanceAfterCents", balanceAfter)
            json.field("availableAfterCents", availableAfter)
            json.field("reservedAfterCents", reservedAfter)
            json.field("rentalId", rental)
            json.field("secondsBilled", seconds)
            json.field("ratePerHourCents", rate)
            json.field("periodStart", periodStart)
            json.field("periodEnd", periodEnd)
            json.field("stripeChargeId", charge)
            json.field("paymentId", payment)
            json.field("note", note)
            json.field("seal", seal?.hexadecimal)
        }
    }
}

extension DayRootView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("day", String(day.iso8601.prefix(10)))
            json.field("root", root.hexadecimal)
            json.field("seal", seal)
            json.field("sealedAt", sealedAt)
            json.field("final", isFinal)
        }
    }
}
