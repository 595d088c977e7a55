import Domain
import HTTP
import Operations

/// `POST /v1/auth/link`: a one-time link becomes a session.
@Sendable func redeemLink(_ call: Call) throws -> Response {
    let fields = try Fields(call.request, known: ["token"])
    let token = try fields.line("token", limit: 128).required("token")
    let agent = call.request.header("user-agent").map { String($0.prefix(256)) }
    let address = call.request.clientAddress
    let redeemed = try call.context.redeemSignInLink(
        token, userAgent: agent, address: address.isEmpty ? nil : address)
    guard let redeemed else {
        throw ErrorAnswer(
            status: 401, code: "code_invalid",
            message: "This link has been used, or its time is over. Ask for a new one.")
    }
    var response = Response.json(redeemed.signedIn)
    response.headers.append(SessionCookie.set(redeemed.sid, in: call.request))
    return response
}

/// `GET /v1/auth/me`: who is signed in. The cookie's time starts again, as the session's does.
@Sendable func showMe(_ call: Call) throws -> Response {
    var response = Response.json(call.signedIn)
    if let sid = try SessionCookie.value(in: call.request) {
        response.headers.append(SessionCookie.set(sid, in: call.request))
    }
    return response
}

@Sendable func logOut(_ call: Call) throws -> Response {
    try Fields.none(in: call.request)
    try call.context.signOut(call.signedIn.session)
    var response = Response.ok
    response.headers.append(SessionCookie.clear(in: call.request))
    return response
}

/// Which buttons a sign-in page shows: none, while links are the only way in.
@Sendable func listSignInProviders(_ call: Call) throws -> Response {
    Response.json { json in
        json.field("providers", [String]())
        json.field("email", false)
    }
}
