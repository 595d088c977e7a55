import Domain
import HTTP
import Operations

/// A no, or a failure, as the caller is told it: `{"error":…,"message":…,"details":{…},"requestId":…}`.
struct ErrorAnswer: Error {
    typealias Detail = (name: String, value: any JSONWritable & Sendable)

    let status: Int
    let code: String
    let message: String  // For people.
    var details: [Detail] = []
    var headers: [(name: String, value: String)] = []

    init(
        status: Int, code: String, message: String, details: [Detail] = [],
        headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = headers
    }

    /// 400: `field` has the wrong shape, type or range; `reason` completes “`field` …”.
    static func invalid(_ field: String, _ reason: String, code: String = "validation_failed") -> ErrorAnswer
    {
        ErrorAnswer(status: 400, code: code, message: "\(field) \(reason).", details: [(field, reason)])
    }

    static func badRequest(_ message: String) -> ErrorAnswer {
        ErrorAnswer(status: 400, code: "validation_failed", message: message)
    }

    static func forbidden(_ message: String) -> ErrorAnswer {
        ErrorAnswer(status: 403, code: "forbidden", message: message)
    }

    /// 403, in the words of RFC 6750.
    static func insufficientScope(_ scope: Scope) -> ErrorAnswer {
        ErrorAnswer(
            status: 403, code: "forbidden", message: "This token lacks the scope \(scope.rawValue).",
            details: [("scope", scope.rawValue)],
            headers: [
                (
                    "WWW-Authenticate",
                    "Bearer realm=\"gpu-outlet\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
                )
            ])
    }

    static let invalidToken = ErrorAnswer(
        status: 401, code: "unauthorized", message: "This token is not valid, or no longer so.",
        headers: [("WWW-Authenticate", "Bearer realm=\"gpu-outlet\", error=\"invalid_token\"")])
    static let unauthorized = ErrorAnswer(
        status: 401, code: "unauthorized", message: "Sign in first.",
        headers: [("WWW-Authenticate", "Bearer realm=\"gpu-outlet\"")])
    static let notFound = ErrorAnswer(
        status: 404, code: "not_found", message: "There is nothing at this address.")
    static func wrongMethod(allow: String) -> ErrorAnswer {
        ErrorAnswer(
            status: 405, code: "method_not_allowed", message: "This address takes \(allow).",
            headers: [("Allow", allow)])
    }
    static let rentalNotFound = ErrorAnswer(
        status: 404, code: "rental_not_found", message: "You have no rental with this id.")
    static let keyNotFound = ErrorAnswer(
        status: 404, code: "key_not_found", message: "You have no SSH key with this id.")
    static let tokenNotFound = ErrorAnswer(
        status: 404, code: "not_found", message: "You have no token with this id.")
    static let keyReused = ErrorAnswer(
        status: 409, code: "idempotency_key_reused",
        message: "This Idempotency-Key was already used for another request.")
    static let billingDisabled = ErrorAnswer(
        status: 400, code: "billing_disabled",
        message: "This outlet takes no cards. Ask its operator for credit.")
    static let internalError = ErrorAnswer(
        status: 500, code: "internal_error",
        message:
            "Something failed on our side and was logged. Try again, and name the request id if it stays.")

    static let storageFull = ErrorAnswer(
        status: 503, code: "storage_full",
        message:
            "This outlet has no room left to write this down, so nothing was done. Try again in a minute.",
        headers: [("Retry-After", "60")])

    func response(requestID: String) -> Response {
        Response.json(status: status, headers: headers) { json in
            json.field("error", code)
            json.field("message", message)
            if !details.isEmpty {
                json.field("details") { json in
                    json.object { json in
                        for detail in details {
                            json.field(named: detail.name) { detail.value.write(to: &$0) }
                        }
                    }
                }
            }
            json.field("requestId", requestID)
        }
    }
}
