import Domain
import HTTP
import Operations

/// How many days a history has unless the caller says otherwise.
private let usualDays = 30

@Sendable func showPriceHistory(_ call: Call) throws -> Response {
    let query = Query(call.request)
    let family = try query.text("family")
    let days = try query.integer("days", in: 1...365) ?? usualDays
    let history = try call.context.priceHistory(of: family, days: days)
    let families = Dictionary(grouping: history, by: \.family).sorted { $0.key < $1.key }
        .map { PriceHistoryOfFamily(family: $0, days: $1) }
    return Response.json { $0.field("families", families) }
}

/// One family's part of the reply.
private struct PriceHistoryOfFamily: JSONWritable {
    let family: String
    let days: [FamilyDay]

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("familyId", family)
            json.field("days", days)
        }
    }
}

extension FamilyDay: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("date", String(day.iso8601.prefix(10)))
            json.field("minPricePerGpuHourCents", minimum)
            json.field("medianPricePerGpuHourCents", median)
            json.field("listingCount", listings)
            json.field("hoursAvailable", hours.count)
        }
    }
}
