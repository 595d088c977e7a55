import Domain
import HTTP
import OAuth
import Operations

/// `GET /v1/auth/oauth/{provider}`: sends the browser to the provider.
@Sendable func beginOAuth(_ call: Call) throws -> Response {
    let kind = try providerKind(call)
    do {
        let (location, secret) = try call.context.beginOAuth(kind, by: call.identityProviders)
        return .redirect(to: location, headers: [OAuthCookie.set(secret, in: call.request)])
    } catch let refusal as OAuthRefusal {
        return refused(refusal, kind, call)
    }
}

/// `GET /v1/auth/oauth/{provider}/callback`: the provider has sent the browser back.
@Sendable func finishOAuth(_ call: Call) throws -> Response {
    let kind = try providerKind(call)
    let query = OAuthQuery(call.request)
    let secret = OAuthCookie.value(in: call.request)
    do {
        guard try call.context.recognisesOAuth(kind, state: query["state"], secret: secret), let secret else {
            throw OAuthRefusal.stateMismatch
        }
        if let error = query["error"] { throw OAuthRefusal.failed("told \(ErrorCode.checked(error))") }
        guard let code = query["code"] else { throw OAuthRefusal.failed("there is no code") }
        let address = call.request.clientAddress
        let (sid, _) = try call.context.finishOAuth(
            kind, by: call.identityProviders, AuthorizationAnswer(code: code, issuer: query["iss"]),
            secret: secret,
            userAgent: call.request.header("user-agent"), address: address.isEmpty ? nil : address,
            replacing: try SessionCookie.value(in: call.request))
        let cookies = [SessionCookie.set(sid, in: call.request), OAuthCookie.clear(in: call.request)]
        return .redirect(to: "/app", headers: cookies)
    } catch let refusal as OAuthRefusal {
        return refused(refusal, kind, call)
    }
}

private func providerKind(_ call: Call) throws -> IdentityProviders.Kind {
    guard let kind = IdentityProviders.Kind(rawValue: call.parameters["provider"] ?? "") else {
        throw ErrorAnswer.notFound
    }
    return kind
}

/// The parameters that a provider answers with; one that is there twice is not there.
private struct OAuthQuery {
    private let pairs: [(name: String, value: String)]
    init(_ request: Request) { pairs = request.query }

    subscript(name: String) -> String? {
        let found = pairs.filter { $0.name == name }
        return found.count == 1 && !found[0].value.isEmpty && found[0].value.utf8.count <= 4_096
            ? found[0].value : nil
    }
}

/// Back to the sign-in page, which says what happened. A program that is not a browser is told of a wrong state by
/// status: nobody reads a page there.
private func refused(_ refusal: OAuthRefusal, _ kind: IdentityProviders.Kind, _ call: Call) -> Response {
    call.logger.warning(
        "oauth refused",
        metadata: [
            "provider": "\(kind.rawValue)", "reason": "\(refusal)", "requestId": "\(call.request.requestID)",
        ])
    let wantsPage = call.request.headers["accept"]?.contains { $0.contains("text/html") } ?? false
    var response: Response
    if refusal == .stateMismatch, !wantsPage {
        let answer = ErrorAnswer(
            status: 401, code: "oauth_state_mismatch",
            message:
                "This sign-in was not begun in this browser, is over ten minutes old, or was used before.")
        response = answer.response(requestID: call.request.requestID)
    } else {
        response = .redirect(to: "/login?\(refusal.query)")
    }
    response.headers.append(OAuthCookie.clear(in: call.request))
    return response
}

extension OAuthRefusal {
    /// What the sign-in page is told.
    fileprivate var query: String {
        switch self {
        case .unavailable: "error=oauth_unavailable"
        case .stateMismatch: "error=oauth_state_mismatch"
        case .noEmail: "error=oauth_no_email"
        case .failed: "error=oauth_failed"
        case .notAdmitted(.closed): "error=oauth_failed&reason=account_closed"
        case .notAdmitted(.uninvited): "error=oauth_failed&reason=not_invited"
        }
    }
}

extension Response {
    fileprivate static func redirect(to location: String, headers: [(name: String, value: String)] = [])
        -> Response
    {
        Response(status: 302, headers: [("Location", location)] + headers)
    }
}
