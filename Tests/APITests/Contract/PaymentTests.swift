import Configuration
import Crypto
import Domain
import HTTP
import Operations
import Storage
import TestSupport
import Testing

@testable import API

@Suite struct `A top-up` {
    private let stripe = FakeStripe()
    private let o: Outlet
    private let ada: Outlet.Renter

    init() throws {
        o = try Outlet(cards: stripe.cards)
        ada = try o.renter(wallet: 0)
    }

    private func event(_ type: String, _ object: String, id: String = "evt_1") -> String {
        """
        {"id":"\(id)","object":"event","type":"\(type)","livemode":false,"created":1,"api_version":"2026-10-28.endive",
         "data":{"object":{\(object)}}}
        """
    }

    private func deliver(
        _ body: String, to path: String = "/v1/webhooks/stripe", secret: String = FakeStripe.webhookSecret,
        age: Int64 = 0, headers: [String: [String]] = [:]
    ) -> Reply {
        let time = o.store.clock.now.secondsSince1970 - age
        var code = HMAC<SHA256>(key: SymmetricKey(data: Array(secret.utf8)))
        code.update(data: Array("\(time).\(body)".utf8))
        let mark = Array(code.finalize()).hexadecimal
        return o.send(
            .post, path, headers: headers.merging(["stripe-signature": ["t=\(time),v1=\(mark)"]]) { $1 },
            body: body)
    }

    private func paid(_ payment: String, _ cents: Int64 = 2_000, id: String = "evt_1") -> String {
        event(
            "payment_intent.succeeded",
            """
            "id":"pi_1","status":"succeeded","amount_received":\(cents),"currency":"usd",
            "metadata":{"payment":"\(payment)","outlet":"test"}
            """, id: id)
    }

    private func saveCard() throws {
        let customer = try o.context.database.write { transaction in
            try transaction.setStripeCustomer("cus_9", of: ada.id)
            return try transaction.stripeCustomer(of: ada.id) ?? ""
        }
        _ = deliver(
            event(
                "payment_method.attached",
                """
                "id":"pm_1","customer":"\(customer)","card":{"brand":"visa","last4":"4242","exp_month":12,"exp_year":2034}
                """, id: "evt_card"))
    }

    @Test func `is a page, the same for the same key, and money when its event is signed`() throws {
        let first = o.post("/v1/billing/checkout", #"{"amountCents":2000}"#, as: ada, key: "k")
        let again = o.post("/v1/billing/checkout", #"{"amountCents":2000}"#, as: ada, key: "k")
        #expect(first.status == 200 && first.text == again.text)
        #expect(again[header: "Idempotency-Replayed"] == "true")
        #expect(stripe.calls(of: "/v1/checkout/sessions").count == 1)
        let other = o.post("/v1/billing/checkout", #"{"amountCents":2001}"#, as: ada, key: "k")
        #expect(other.status == 409 && other.error == "idempotency_key_reused")
        let payment = try #require(first.json["paymentId"].text)
        let form = try #require(stripe.calls(of: "/v1/checkout/sessions").first?.form)
        #expect(
            form["line_items[0][price_data][unit_amount]"] == "2000" && form["metadata[payment]"] == payment)
        #expect(deliver(paid(payment)).text == #"{"received":true}"#)
        #expect(deliver(paid(payment)).text == #"{"received":true,"duplicate":true}"#)
        #expect(deliver(paid(payment, id: "evt_2"), to: "/api/v1/webhooks/stripe").status == 200)
        let balance = o.get("/v1/billing/balance", as: ada).json
        #expect(balance["availableCents"].integer == 2_000 && balance["owedCents"].integer == 0)
        let line = o.get("/v1/billing/ledger", as: ada).json["entries"].items[0]
        #expect(line["paymentId"].text == payment && line["type"].text == "stripe_topup")
        let listed = o.get("/v1/billing/payments", as: ada).json["payments"].items
        #expect(listed.count == 1 && listed[0]["status"].text == "succeeded")
    }

    @Test func `goes on where an answer was lost`() throws {
        stripe.fail("/v1/checkout/sessions", .lost)
        let first = o.post("/v1/billing/checkout", #"{"amountCents":2000}"#, as: ada, key: "k")
        #expect(first.status == 503 && first.error == "payments_unavailable")
        #expect(first[header: "Retry-After"] != nil)
        let second = o.post("/v1/billing/checkout", #"{"amountCents":2000}"#, as: ada, key: "k")
        #expect(second.status == 200 && second[header: "Idempotency-Replayed"] == nil)
        #expect(Set(stripe.calls(of: "/v1/checkout/sessions").map(\.key)).count == 1)
        #expect(o.get("/v1/billing/payments", as: ada).json["payments"].items.count == 1)
    }

    @Test(arguments: ["99", "500001", "1.5", "-200", "1e9"])
    func `outside of its bounds is an invalid amount`(amount: String) {
        let reply = o.post("/v1/billing/checkout", #"{"amountCents":\#(amount)}"#, as: ada)
        #expect(reply.status == 400 && reply.error == "invalid_amount")
        #expect(reply.details.names == ["amountCents"])
    }

    @Test func `is begun ten times an hour at most`() throws {
        let o = try Outlet(limits: Settings.Limits(), cards: stripe.cards)
        let eve = try o.renter("eve")
        let replies = (0..<11).map { _ in o.post("/v1/billing/checkout", #"{"amountCents":100}"#, as: eve) }
        #expect(replies.dropLast().allSatisfy { $0.status == 200 })
        #expect(replies[10].status == 429 && replies[10][header: "Retry-After"] != nil)
    }

    @Test func `by a card that the bank refuses is told with the bank's reason, again and again`() throws {
        try saveCard()
        stripe.fail(
            "/v1/payment_intents",
            .answer(402, #"{"error":{"type":"card_error","code":"card_declined","message":"Declined."}}"#))
        let body = #"{"amountCents":2000,"useSavedCard":true}"#
        let replies = (0..<2).map { _ in o.post("/v1/billing/checkout", body, as: ada, key: "k") }
        #expect(replies.allSatisfy { $0.status == 402 && $0.error == "card_declined" })
        #expect(replies[0].details["declineCode"].text == "card_declined")
        #expect(stripe.charges.count == 1)
        let next = o.post("/v1/billing/checkout", body, as: ada, key: "k2")
        #expect(next.status == 200 && next.json["status"].text == "pending")
    }

    @Test func `of which nobody is sure is pending, not failed`() throws {
        try saveCard()
        stripe.fail("/v1/payment_intents", .lost)
        let reply = o.post("/v1/billing/checkout", #"{"amountCents":2000,"useSavedCard":true}"#, as: ada)
        #expect(reply.status == 200 && reply.json["status"].text == "pending")
    }

    @Test func `without a saved card cannot charge one`() {
        let reply = o.post("/v1/billing/checkout", #"{"amountCents":2000,"useSavedCard":true}"#, as: ada)
        #expect(reply.status == 400 && reply.details.names == ["card"])
    }

    @Test func `at an outlet without payments is refused as such`() throws {
        let o = try Outlet(cards: nil)
        let ada = try o.renter()
        let calls: [(Request.Method, String, String)] = [
            (.post, "/v1/billing/checkout", #"{"amountCents":2000}"#),
            (.post, "/v1/billing/setup-intent", ""),
            (.get, "/v1/billing/card", ""), (.delete, "/v1/billing/card", ""),
            (.get, "/v1/billing/auto-topup", ""),
            (
                .put, "/v1/billing/auto-topup",
                #"{"enabled":false,"thresholdCents":500,"topupAmountCents":2000}"#
            ),
            (.post, "/v1/webhooks/stripe", "{}"),
        ]
        for (method, path, body) in calls {
            let reply = o.send(method, path, as: ada, body: body)
            #expect(reply.status == 400 && reply.error == "billing_disabled", "\(path)")
        }
        #expect(o.get("/v1/billing/payments", as: ada).status == 200)
    }

    @Test func `is not believed without Stripe's signature`() throws {
        let payment = try #require(
            o.post("/v1/billing/checkout", #"{"amountCents":2000}"#, as: ada).json["paymentId"].text)
        let wrong = [
            deliver(paid(payment), secret: "whsec_of_another"), deliver(paid(payment), age: 301),
            deliver(paid(payment), age: -301), o.post("/v1/webhooks/stripe", paid(payment)),
            o.send(.post, "/v1/webhooks/stripe", headers: ["stripe-signature": ["t=1"]], body: paid(payment)),
        ]
        #expect(wrong.allSatisfy { $0.status == 400 && $0.error == "invalid_signature" })
        #expect(o.get("/v1/billing/balance", as: ada).json["availableCents"].integer == 0)
        // Whatever else a request carries means nothing here.
        let strange = ["cookie": ["sid=a; sid=b"], "origin": ["https://evil.example"]]
        #expect(deliver(paid(payment), headers: strange).status == 200)
    }

    @Test func `of a saved card needs one setup, and automatic ones a card`() throws {
        let wish = #"{"enabled":true,"thresholdCents":500,"topupAmountCents":2000,"monthlyCapCents":null}"#
        #expect(o.send(.put, "/v1/billing/auto-topup", as: ada, body: wish).details.names == ["card"])
        let setup = o.post("/v1/billing/setup-intent", as: ada)
        #expect(setup.json["clientSecret"].text?.contains("secret") == true)
        #expect(setup.json["publishableKey"].text == "pk_test_1" && setup.json["checkoutUrl"].text != nil)
        #expect(o.get("/v1/billing/card", as: ada).json["last4"] == .null)
        try saveCard()
        let card = o.get("/v1/billing/card", as: ada).json
        #expect(
            card["last4"].text == "4242" && card["pmId"].text == "pm_1" && card["testMode"] == .bool(true))
        #expect(o.post("/v1/billing/setup-intent", as: ada).error == "card_already_on_file")
        #expect(o.send(.put, "/v1/billing/auto-topup", as: ada, body: wish).json["enabled"] == .bool(true))
        #expect(o.send(.delete, "/v1/billing/card", as: ada).status == 200)
        #expect(o.get("/v1/billing/auto-topup", as: ada).json["enabled"] == .bool(false))
        #expect(o.get("/v1/billing/card", as: ada).json["last4"] == .null)
    }

    @Test func `that is disputed pauses launches`() throws {
        let payment = try #require(
            o.post("/v1/billing/checkout", #"{"amountCents":2000}"#, as: ada).json["paymentId"].text)
        _ = deliver(paid(payment))
        _ = deliver(
            event(
                "charge.dispute.created",
                #""id":"dp_1","payment_intent":"pi_1","amount":2000,"status":"open""#,
                id: "evt_2"))
        let reply = o.post("/v1/rentals", #"{"familyId":"h100-80gb","gpuCount":1}"#, as: ada)
        #expect(reply.status == 403 && reply.error == "payment_disputed")
    }

    @Test func `belongs to its owner alone`() throws {
        _ = o.post("/v1/billing/checkout", #"{"amountCents":2000}"#, as: ada)
        let id = try #require(o.get("/v1/billing/payments", as: ada).json["payments"].items[0]["id"].text)
        let eve = try o.renter("eve")
        #expect(o.get("/v1/billing/payments", as: eve).json["payments"].items.isEmpty)
        #expect(o.get("/v1/billing/payments", as: eve, query: [("cursor", id)]).status == 400)
    }
}
