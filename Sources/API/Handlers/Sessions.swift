import Domain
import HTTP
import Operations

/// `GET /v1/auth/sessions`: where one is signed in.
@Sendable func listSessions(_ call: Call) throws -> Response {
    let current = call.signedIn.session
    let sessions = try call.context.sessions(of: call.user)
    return Response.json { $0.field("sessions", sessions.map { SessionLine(session: $0, current: current) }) }
}

@Sendable func endSession(_ call: Call) throws -> Response {
    guard let id: ID<Session> = call.id(), try call.context.endSession(id, of: call.user) else {
        throw ErrorAnswer(
            status: 404, code: "not_found", message: "You have no session with this id.")
    }
    var response = Response.ok
    if id == call.signedIn.session { response.headers.append(SessionCookie.clear(in: call.request)) }
    return response
}

@Sendable func logOutEverywhere(_ call: Call) throws -> Response {
    try Fields.none(in: call.request)
    try call.context.endSessions(of: call.user)
    var response = Response.ok
    response.headers.append(SessionCookie.clear(in: call.request))
    return response
}

private struct SessionLine: JSONWritable, Sendable {
    let session: SessionView
    let current: ID<Session>

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", session.id)
            json.field("createdAt", session.createdAt)
            json.field("lastSeenAt", session.seenAt)
            json.field("expiresAt", session.expiresAt)
            json.field("userAgent", session.userAgent)
            json.field("address", session.address)
            json.field("current", session.id == current)
        }
    }
}
