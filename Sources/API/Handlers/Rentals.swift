import Domain
import HTTP
import Operations

@Sendable func previewRental(_ call: Call) throws -> Response {
    Response.json(try call.context.preview(LaunchRequest(call.request), by: call.user))
}

@Sendable func createRental(_ call: Call) throws -> Response {
    Response.json(try call.context.launch(LaunchRequest(call.request), by: call.user))
}

@Sendable func listRentals(_ call: Call) throws -> Response {
    let query = Query(call.request)
    let states = RentalStatus.allCases.map(\.rawValue) + ["in_progress"]
    let status = try query.choice("status", of: states)
    let filter: RentalFilter =
        switch status {
        case nil: .all
        case let status?: RentalStatus(rawValue: status).map(RentalFilter.status) ?? .inProgress
        }
    let page = try call.context.rentals(
        of: call.user, filter: filter, cursor: query.cursor(), pageSize: query.pageSize())
    return Response.json { json in
        json.field("rentals", page.items)
        json.field("nextCursor", page.next)
    }
}

@Sendable func showRental(_ call: Call) throws -> Response {
    guard let id: ID<Rental> = call.id(),
        let (rental, attempts) = try call.context.receipt(of: id, user: call.user)
    else { throw ErrorAnswer.rentalNotFound }
    return Response.json { json in
        rental.writeFields(to: &json)
        json.field("attempts", attempts)
    }
}

@Sendable func readMeter(_ call: Call) throws -> Response {
    guard let id: ID<Rental> = call.id(), let reading = try call.context.meter(of: id, user: call.user) else {
        throw ErrorAnswer.rentalNotFound
    }
    return Response.json(reading)
}

@Sendable func listRentalEvents(_ call: Call) throws -> Response {
    let events = try call.context.events(of: call.rental().id)
    return Response.json { $0.field("events", events) }
}

/// The provider's log as plain text; empty while there is none.
@Sendable func showRentalLog(_ call: Call) throws -> Response {
    let log = try call.context.log(of: call.rental().id) ?? ""
    return Response(
        status: 200, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array(log.utf8))
}

@Sendable func stopRental(_ call: Call) throws -> Response {
    try Fields.none(in: call.request)
    guard let id: ID<Rental> = call.id() else { throw ErrorAnswer.rentalNotFound }
    return Response.json(try call.context.stop(id, by: call.user))
}

extension Call {
    /// The rental in the path.
    /// - Throws: 404 when it is not the caller's, or there is none.
    fileprivate func rental() throws -> RentalView {
        guard let id: ID<Rental> = id(), let rental = try context.rental(id, of: user) else {
            throw ErrorAnswer.rentalNotFound
        }
        return rental
    }
}
