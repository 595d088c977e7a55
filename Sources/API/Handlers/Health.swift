import Domain
import HTTP
import Operations

/// `GET /healthz`: 200 when the database answers and the meter reports, else 503 with what is wrong.
@Sendable func showHealth(_ call: Call) throws -> Response {
    guard let health = try? call.context.health() else {
        return Response.json(status: 503) { json in
            json.field("status", "unavailable")
            json.field("problems", ["the database does not answer"])
        }
    }
    return Response.json(status: health.problems.isEmpty ? 200 : 503) { json in
        json.field("status", health.problems.isEmpty ? "ok" : "unavailable")
        json.field("meterAgeSeconds", health.meterAge)
        if !health.problems.isEmpty { json.field("problems", health.problems) }
    }
}

@Sendable func showMetrics(_ call: Call) throws -> Response {
    let text = PrometheusText.write(try call.context.figures())
    return Response(
        status: 200, headers: [("Content-Type", "text/plain; version=0.0.4")], body: Array(text.utf8))
}
