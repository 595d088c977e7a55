import Domain
import HTTP
import Operations

@Sendable func listListings(_ call: Call) throws -> Response {
    let snapshot = try call.catalog.snapshot(in: call.context)
    return try call.catalogReplies.reply(to: call.request, from: snapshot) {
        try listings(of: snapshot, asking: call.request)
    }
}

private func listings(of snapshot: CatalogSnapshot, asking request: Request) throws -> Response {
    let query = Query(request)
    var filter = CatalogFilter()
    filter.model = try query.text("model")
    filter.family = try query.text("family")
    filter.minVRAMGB = try query.integer("minVramGb", in: 0...1_000_000)
    filter.gpuCount = try query.gpuCount()
    filter.region = try query.text("region")
    filter.provider = try query.text("provider")
    filter.maxPrice = try query.rate("maxPricePerHourCents")
    let page = try snapshot.page(filter: filter, after: query.cursor(), size: query.pageSize())
    return Response.json { json in
        json.field("listings", page.listings)
        json.field("nextCursor", page.next)
        json.field("observedAt", snapshot.observedAt)
    }
}

@Sendable func showFacets(_ call: Call) throws -> Response {
    Response.json(try call.catalog.snapshot(in: call.context).facets)
}

@Sendable func listFamilies(_ call: Call) throws -> Response {
    let families = try call.catalog.snapshot(in: call.context).families
    return Response.json(families)
}

@Sendable func listTemplates(_ call: Call) throws -> Response {
    Response.json(call.context.settings.templates)
}
