import Domain
import Operations
import Testing

@testable import API

@Suite struct `Own limits` {
    private let path = "/v1/billing/limits"
    private let sound = #"{"familyId":"h100-80gb","gpuCount":1}"#

    private func set(_ o: Outlet, _ renter: Outlet.Renter, _ body: String) -> Reply {
        o.send(.put, path, as: renter, body: body)
    }

    @Test func `are none at first, and then what was put, all of it`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let first = o.get(path, as: ada)
        #expect(first.json["maxPods"] == .null && first.json["spendAlertsCents"] == .array([]))
        #expect(first.json["current"]["monthEndsAt"].text == "2026-07-01T00:00:00Z")
        let put = set(o, ada, #"{"maxPods":2,"maxBurnPerHourCents":600,"spendAlertsCents":[500,100,500]}"#)
        #expect(put.status == 200 && put.text == o.get(path, as: ada).text)
        #expect(put.json["maxPods"].integer == 2 && put.json["maxBurnPerHourCents"].integer == 600)
        #expect(put.json["maxSpendPerMonthCents"] == .null)
        #expect(put.json["spendAlertsCents"].items.map(\.integer) == [100, 500])
        #expect(set(o, ada, #"{"maxSpendPerMonthCents":0}"#).json["maxPods"] == .null)
        #expect(set(o, ada, "").status == 400)
        #expect(set(o, ada, "{}").text == first.text)
        let events = o.get("/v1/events", as: ada, query: [("type", "limits")]).json["events"].items
        #expect(events.count == 3)
        #expect(events.last?["message"].text == "Own limits: $6.00 an hour, 2 pods at once.")
    }

    @Test(arguments: [
        (#"{"maxPods":-1}"#, "maxPods"), (#"{"maxPods":1.5}"#, "maxPods"),
        (#"{"maxBurnPerHourCents":"5"}"#, "maxBurnPerHourCents"),
        (#"{"maxSpendPerMonthCents":100000000001}"#, "maxSpendPerMonthCents"),
        (#"{"spendAlertsCents":[0]}"#, "spendAlertsCents"), (#"{"spendAlertsCents":5}"#, "spendAlertsCents"),
        (#"{"spendAlertsCents":[1,2,3,4,5,6,7,8,9,10,11]}"#, "spendAlertsCents"),
    ])
    func `have the right shape`(body: String, field: String) throws {
        let o = try Outlet()
        let reply = set(o, try o.renter(), body)
        #expect(reply.status == 400 && reply.error == "validation_failed" && reply.details.names == [field])
    }

    @Test func `are not above the operator's`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        _ = try o.context.setOperatorLimits(SpendingLimits(pods: 2), of: ada.id)
        #expect(set(o, ada, #"{"maxPods":3}"#).details.names == ["maxPods"])
        #expect(set(o, ada, #"{"maxPods":2}"#).json["operator"]["maxPods"].integer == 2)
    }

    @Test func `refuse a launch that would pass them, and say so before in its preview`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        #expect(o.post("/v1/rentals/preview", sound, as: ada).json["limitExceeded"] == .null)
        _ = set(o, ada, #"{"maxPods":1}"#)
        #expect(o.post("/v1/rentals", sound, as: ada).status == 200)
        let preview = o.post("/v1/rentals/preview", sound, as: ada)
        let reply = o.post("/v1/rentals", sound, as: ada)
        #expect(preview.status == 200 && reply.status == 403 && reply.error == "limit_exceeded")
        #expect(reply.details == preview.json["limitExceeded"])
        #expect(reply.details["limit"].text == "maxPods" && reply.details["setBy"].text == "renter")
        #expect(reply.details["maximum"].integer == 1 && reply.details["current"].integer == 1)
        #expect(reply.details["requested"].integer == 1)
    }

    @Test func `come before the balance, and after the price`() throws {
        let o = try Outlet()
        let poor = try o.renter(wallet: 0)
        _ = set(o, poor, #"{"maxPods":0}"#)
        #expect(o.post("/v1/rentals", sound, as: poor).error == "limit_exceeded")
        let cheap = #"{"familyId":"h100-80gb","gpuCount":1,"maxPricePerHourCents":1}"#
        #expect(o.post("/v1/rentals", cheap, as: poor).error == "price_changed")
    }
}
