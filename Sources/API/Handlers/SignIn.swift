import Domain
import HTTP
import Operations

/// `POST /v1/auth/link`: a one-time link becomes a session.
@Sendable func redeemLink(_ call: Call) throws -> Response {
    let fields = try Fields(call.request, known: ["token"])
    let token = try fields.line("token", limit: 128).required("token")
    let address = call.request.clientAddress
    let redeemed = try call.context.redeemSignInLink(
        token, userAgent: call.userAgent, address: address.isEmpty ? nil : address,
        replacing: SessionCookie.value(in: call.request))
    guard let redeemed else {
        throw ErrorAnswer(
            status: 401, code: "code_invalid",
            message: "This link has been used, or its time is over. Ask for a new one.")
    }
    return signedInReply(redeemed, call)
}

/// `POST /v1/auth/request-code`: the reply is the same whoever asks.
@Sendable func requestCode(_ call: Call) throws -> Response {
    let fields = try Fields(call.request, known: ["email", "intent"])
    let email = try fields.email()
    if let intent = try fields.text("intent"), !["login", "signup"].contains(intent) {
        throw ErrorAnswer.invalid("intent", "must be login or signup")
    }
    try call.context.requestSignInCode(for: email, from: call.request.clientAddress)
    return .ok
}

/// `POST /v1/auth/verify-code`: the code of a letter becomes a session, and an account the first time.
@Sendable func verifyCode(_ call: Call) throws -> Response {
    let fields = try Fields(call.request, known: ["email", "code"])
    let email = try fields.email()
    let code = try fields.line("code", limit: 16).required("code").filter { $0 != " " }
    guard code.count == 6, code.allSatisfy({ $0.isASCII && $0.isNumber }) else {
        throw ErrorAnswer.invalid("code", "must be six digits")
    }
    let signedIn = try call.context.signIn(
        with: code, for: email, userAgent: call.userAgent, address: call.request.clientAddress,
        replacing: SessionCookie.value(in: call.request))
    return signedInReply(signedIn, call)
}

private func signedInReply(_ made: (sid: String, signedIn: SignedIn), _ call: Call) -> Response {
    var response = Response.json(made.signedIn)
    response.headers.append(SessionCookie.set(made.sid, in: call.request))
    return response
}

extension Call {
    fileprivate var userAgent: String? { request.header("user-agent").map { String($0.prefix(256)) } }
}

extension Fields {
    fileprivate func email() throws -> EmailAddress {
        let text = try text("email").required("email")
        guard let email = EmailAddress(text) else {
            throw ErrorAnswer.invalid("email", "is not an e-mail address", code: "invalid_email")
        }
        return email
    }
}

/// `GET /v1/auth/me`: who is signed in. The cookie's time starts again, as the session's does.
@Sendable func showMe(_ call: Call) throws -> Response {
    if case .token(let holder) = call.caller { return Response.json(holder) }
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

/// What a sign-in page offers.
@Sendable func listSignInProviders(_ call: Call) throws -> Response {
    Response.json { json in
        json.field("providers", call.identityProviders.buttons)
        json.field("email", call.context.settings.mail != nil)
    }
}

extension IdentityProviders.Button: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", kind.rawValue)
            json.field("name", name)
            json.field("url", "/v1/auth/oauth/\(kind.rawValue)")
        }
    }
}
