/// What answers requests, in one thread: each worker has its own.
package typealias Handler = @Sendable (Result<Request, RequestFault>) -> Response

/// Why bytes that arrived are not a request. It is answered like any refusal, with the id of the request.
package struct RequestFault: Error, Sendable, Hashable {
    package let status: Int  // 400, or 431 for too many or too long headers.
    package let code: String
    package let message: String  // For people; never repeats what was sent.
    package let requestID: String

    package init(status: Int = 400, code: String = "validation_failed", message: String, requestID: String) {
        self.status = status
        self.code = code
        self.message = message
        self.requestID = requestID
    }
}

/// A rule that the request breaks; becomes a `RequestFault` once the id is known.
struct Malformed: Error {
    var status = 400
    let message: String

    init(_ message: String, status: Int = 400) {
        self.message = message
        self.status = status
    }
}
