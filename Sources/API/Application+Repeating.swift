import Crypto
import Domain
import HTTP
import Operations

extension Application {
    /// Runs `body` once for each `Idempotency-Key`: a repeat is given the first reply, without running anything.
    /// A reply of 5xx is not kept, so that the same key may try again.
    func repeatable(_ call: Call, _ route: Route, _ body: () -> Response) throws -> Response {
        let keys = call.request.headers["idempotency-key"] ?? []
        guard route.method == .post, route.access == .signedIn, !keys.isEmpty else { return body() }
        guard keys.count == 1, (1...255).contains(keys[0].utf8.count),
            keys[0].utf8.allSatisfy({ 0x20...0x7e ~= $0 })
        else {
            throw ErrorAnswer.invalid("Idempotency-Key", "must be one of 1 to 255 printable ASCII characters")
        }
        let (key, user, context) = (keys[0], call.user, call.context)
        let path = "/" + call.request.path.joined(separator: "/")
        let hash = Array(SHA256.hash(data: call.request.body))
        switch try context.beginIdempotent(key: key, route: "POST \(path)", bodyHash: hash, user: user) {
        case .replay(let status, let headers, let body):
            let sorted = headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
            var response = Response(status: status, headers: sorted, body: body)
            response.setHeader("Idempotency-Replayed", "true")
            return response
        case .reused:
            throw ErrorAnswer(
                status: 409, code: "idempotency_key_reused",
                message: "This Idempotency-Key was already used for another request.")
        case .inProgress:
            throw ErrorAnswer(
                status: 409, code: "request_in_progress",
                message: "The first request with this Idempotency-Key is still running.",
                headers: [("Retry-After", "1")])
        case .first: break
        }
        let response = body()
        keep(response, for: key, of: user, in: call)
        return response
    }

    /// The work is done by now, so its reply goes out whatever happens here. A key whose reply could not be kept
    /// stays taken: freed, it would do the work a second time.
    private func keep(_ response: Response, for key: String, of user: ID<User>, in call: Call) {
        do {
            guard response.status < 500, case .bytes(let bytes) = response.body else {
                return try call.context.abandonIdempotent(key: key, user: user)
            }
            let headers = Dictionary(response.headers.map { ($0.name, $0.value) }) { $1 }
            try call.context.finishIdempotent(
                key: key, user: user, status: response.status, headers: headers, body: bytes)
        } catch {
            logger.error(
                "idempotent reply not kept",
                metadata: ["error": "\(error)", "requestId": "\(call.request.requestID)"])
        }
    }
}
