import Domain
import HTTP
import Operations
import Storage

/// `POST /v1/billing/checkout`: to a page of the payment provider, or at once by the saved card.
@Sendable func beginCheckout(_ call: Call) throws -> Response {
    let fields = try Fields(call.request, known: ["amountCents", "useSavedCard"])
    let amount = try fields.cents("amountCents", in: 100...500_000).required("amountCents")
    let key = call.request.header("idempotency-key")
    guard try fields.flag("useSavedCard") ?? false else {
        let page = try call.withCards { try call.context.checkout(amount, by: call.user, key: key, with: $0) }
        return Response.json { json in
            json.field("checkoutUrl", page.url)
            json.field("sessionId", page.session)
            json.field("paymentId", page.payment)
        }
    }
    let payment = try call.withCards {
        try call.context.chargeCard(amount, by: call.user, key: key, with: $0)
    }
    return Response.json { json in
        json.field("paymentId", payment.id)
        json.field("status", payment.status)
    }
}

/// `POST /v1/billing/setup-intent`
@Sendable func beginCardSetup(_ call: Call) throws -> Response {
    try Fields.none(in: call.request)
    let key = call.request.header("idempotency-key")
    let (page, clientSecret) = try call.withCards {
        try call.context.setUpCard(of: call.user, key: key, with: $0)
    }
    return Response.json { json in
        json.field("clientSecret", clientSecret)
        json.field("publishableKey", call.cardPayments?.access.publishableKey)
        json.field("checkoutUrl", page.url)
        json.field("sessionId", page.session)
    }
}

/// All null when no card is saved; `testMode` says that no money moves.
@Sendable func showCard(_ call: Call) throws -> Response {
    let cards = try call.cards()
    let card = try call.context.savedCard(of: call.user)
    return Response.json { json in
        json.field("brand", card?.brand)
        json.field("last4", card?.last4)
        json.field("expMonth", card?.expiryMonth)
        json.field("expYear", card?.expiryYear)
        json.field("pmId", card?.paymentMethod)
        json.field("testMode", cards.access.mode != .live)
    }
}

@Sendable func deleteCard(_ call: Call) throws -> Response {
    try Fields.none(in: call.request)
    try call.context.removeCard(of: call.user, with: call.cards())
    return Response.ok
}

@Sendable func showAutoTopup(_ call: Call) throws -> Response {
    _ = try call.cards()
    return Response.json(try call.context.autoTopup(of: call.user))
}

@Sendable func setAutoTopup(_ call: Call) throws -> Response {
    let fields = try Fields(
        call.request, known: ["enabled", "thresholdCents", "topupAmountCents", "monthlyCapCents"])
    let wish = AutoTopupRow(
        isEnabled: try fields.flag("enabled").required("enabled"),
        threshold: try fields.cents("thresholdCents", in: 100...100_000).required("thresholdCents"),
        amount: try fields.cents("topupAmountCents", in: 1_000...500_000).required("topupAmountCents"),
        monthlyCap: try fields.cents("monthlyCapCents", in: 1...100_000_000))
    _ = try call.cards()
    return Response.json(try call.context.setAutoTopup(wish, of: call.user))
}

@Sendable func listPayments(_ call: Call) throws -> Response {
    let query = Query(call.request)
    let page = try call.context.payments(
        of: call.user, cursor: query.cursor(), pageSize: query.pageSize())
    return Response.json { json in
        json.field("payments", page.items)
        json.field("nextCursor", page.next)
    }
}

@Sendable func showUsage(_ call: Call) throws -> Response {
    let query = Query(call.request)
    let grouping = try query.choice("by", of: UsageView.Grouping.allCases.map(\.rawValue))
    return Response.json(
        try call.context.usage(
            of: call.user, by: grouping.flatMap(UsageView.Grouping.init) ?? .day,
            from: query.instant("from"), to: query.instant("to")))
}

extension Call {
    /// - Throws: `ErrorAnswer.billingDisabled` where this outlet takes no cards.
    func cards() throws -> CardPayments {
        guard let cardPayments else { throw ErrorAnswer.billingDisabled }
        return cardPayments
    }

    /// Runs what asks Stripe; why Stripe could not be asked is for the operator, not for the renter.
    fileprivate func withCards<Answer>(_ body: (CardPayments) throws -> Answer) throws -> Answer {
        let cards = try cards()
        do { return try body(cards) } catch PaymentRefusal.unavailable(let fault) {
            logger.warning(
                "stripe did not answer",
                metadata: ["reason": "\(fault)", "requestId": "\(request.requestID)"])
            throw PaymentRefusal.unavailable(fault)
        }
    }
}

extension Fields {
    /// An amount; one outside of `range` is an `invalid_amount`.
    fileprivate func cents(_ name: String, in range: ClosedRange<Int64>) throws -> Cents? {
        guard let number = try number(name) else { return nil }
        guard let cents = number.integer, range.contains(cents) else {
            throw ErrorAnswer.invalid(
                name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)",
                code: "invalid_amount")
        }
        return Cents(cents)
    }
}
