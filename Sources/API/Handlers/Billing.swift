import Domain
import HTTP
import Operations

/// The live figures. Their ETag leaves out the time of the reading, which changes when nothing else does.
@Sendable func showBalance(_ call: Call) throws -> Response {
    let balance = try call.context.balance(of: call.user)
    var response = Response.json { json in
        balance.writeFigures(to: &json)
        json.field("updatedAt", balance.updatedAt)
    }
    var figures = JSONWriter()
    figures.object(balance.writeFigures)
    response.setHeader("ETag", EntityTag(of: figures.bytes).description)
    return response
}

/// JSON page by page, or with `Accept: text/csv` or `?format=csv` the whole filtered ledger.
@Sendable func listLedger(_ call: Call) throws -> Response {
    let query = Query(call.request)
    let filter = try LedgerFilter(query)
    let format = try query.choice("format", of: ["json", "csv"])
    if format == "csv" || format == nil && call.request.accepts("text/csv") {
        return LedgerCSV.response(context: call.context, user: call.user, filter: filter)
    }
    let (page, balance) = try call.context.ledger(
        of: call.user, filter: filter, cursor: query.cursor(), pageSize: query.pageSize())
    return Response.json { json in
        json.field("entries", page.items)
        json.field("balanceCents", balance)
        json.field("nextCursor", page.next)
    }
}

/// The same for everybody: who keeps a root can later show that nothing before it was rewritten.
@Sendable func listSeals(_ call: Call) throws -> Response {
    let query = Query(call.request)
    let page = try call.context.dayRoots(cursor: query.cursor(), pageSize: query.pageSize())
    return Response.json { json in
        json.field("seals", page.items)
        json.field("nextCursor", page.next)
    }
}

extension LedgerFilter {
    private static let types = [
        "stripe_topup", "auto_topup", "rental_charge", "refund", "adjustment", "dispute", "hold", "release",
    ]

    fileprivate init(_ query: Query) throws {
        self.init()
        type = try query.choice("type", of: Self.types)
        rental = try query.id("rentalId", of: "a rental")
        from = try query.instant("from")
        to = try query.instant("to")
    }
}

extension Request {
    /// Whether `Accept` names this media type itself; `*/*` does not.
    fileprivate func accepts(_ type: String) -> Bool {
        (headers["accept"] ?? []).flatMap { $0.split(separator: ",") }.contains { range in
            let parts = range.lowercased().split(separator: ";").map { $0.filter { $0 != " " } }
            return parts.first == type && !parts.contains("q=0")
        }
    }
}
