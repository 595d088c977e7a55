import Domain
import HTTP
import Operations

/// One's own audit trail, newest first.
@Sendable func listEvents(_ call: Call) throws -> Response {
    let query = Query(call.request)
    var filter = EventFilter()
    filter.user = call.user
    filter.type = try query.text("type")
    filter.rental = try query.id("rentalId", of: "a rental")
    filter.from = try query.instant("from")
    filter.to = try query.instant("to")
    let page = try call.context.events(filter, cursor: query.cursor(), pageSize: query.pageSize())
    return Response.json { json in
        json.field("events", page.items)
        json.field("nextCursor", page.next)
    }
}

extension EventView: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("type", type)
            json.field("at", at)
            json.field("message", message)
            json.field("rentalId", rental)
            json.field("actor", actor)
            json.field("address", address)
            json.field("requestId", requestID)
        }
    }
}
