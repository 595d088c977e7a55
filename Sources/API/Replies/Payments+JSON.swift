import Domain
import Operations

extension PaymentView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("type", type)
            json.field("amountCents", amount)
            json.field("status", status)
            json.field("createdAt", createdAt)
            json.field("endedAt", endedAt)
            json.field("receiptUrl", receiptURL)
            json.field("stripeChargeId", charge)
            json.field("checkoutUrl", checkoutURL)
            json.field("sessionId", session)
            json.field("error", error)
        }
    }
}

extension AutoTopupView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("enabled", isEnabled)
            json.field("thresholdCents", threshold)
            json.field("topupAmountCents", amount)
            json.field("monthlyCapCents", monthlyCap)
            json.field("lastAttempt", lastAttempt)
        }
    }
}

extension UsageView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("by", grouping.rawValue)
            json.field("from", from)
            json.field("to", to)
            json.field("totalCents", total)
            json.field("usage", sums)
        }
    }
}

extension UsageView.Sum: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("key", key)
            json.field("chargedCents", charged)
            json.field("seconds", seconds)
        }
    }
}
