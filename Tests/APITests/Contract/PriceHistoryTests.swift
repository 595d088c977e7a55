import Testing

@Suite struct `The price history over HTTP` {
    @Test func `has what families cost by day, of one GPU`() throws {
        let o = try Outlet(prices: [280, 300, 260])
        let reply = o.get("/v1/catalog/price-history")
        #expect(reply.status == 200)
        let family = reply.json["families"].items[0]
        #expect(family["familyId"].text == "h100-80gb")
        let day = family["days"].items[0]
        #expect(day["date"].text?.count == 10)
        #expect(
            day["minPricePerGpuHourCents"].integer == 260 && day["medianPricePerGpuHourCents"].integer == 280)
        #expect(day["listingCount"].integer == 3 && day["hoursAvailable"].integer == 1)
        let other = o.get("/v1/catalog/price-history", query: [("family", "b200"), ("days", "7")])
        #expect(other.json["families"].items.isEmpty)
    }

    @Test(arguments: ["0", "366", "x", "-1"])
    func `reaches back a day to a year`(days: String) throws {
        let o = try Outlet()
        let reply = o.get("/v1/catalog/price-history", query: [("days", days)])
        #expect(reply.status == 400 && reply.error == "validation_failed")
    }
}
