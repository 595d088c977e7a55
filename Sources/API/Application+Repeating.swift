import HTTP
import Operations

extension Application {
    /// Runs `body` once for each `Idempotency-Key`: a repeat is given the first reply, without running anything.
    /// A reply of 5xx is not kept and its work is undone, so that the same key may try again.
    func repeatable(_ call: Call, _ route: Route, _ body: (Call) -> Response) throws -> Response {
        guard let request = try KeyedRequest(call, route) else { return body(call) }
        guard route.repetition == .oneTransaction else { return try resumable(call, request, body) }
        do {
            let outcome = try call.context.once(request) { context in
                let response = body(call.with(context))
                guard let kept = KeptReply(response) else { throw NotKept(response: response) }
                return (response, kept)
            }
            switch outcome {
            case .first(let response): return response
            case .again(let reply): return Response(reply)
            case .reused: throw ErrorAnswer.keyReused
            }
        } catch let outcome as NotKept {
            return outcome.response
        }
    }

    /// The same for work that waits for others: the reply is kept when the work is done. A crash in between leaves no
    /// reply, and a repeat goes on with the work.
    private func resumable(_ call: Call, _ request: KeyedRequest, _ body: (Call) -> Response) throws
        -> Response
    {
        switch try call.context.earlier(request) {
        case .again(let reply): return Response(reply)
        case .reused: throw ErrorAnswer.keyReused
        case nil: break
        }
        let response = body(call)
        // What is only for now, such as another run of the same request, is not the answer for a day.
        if response.status != 409, response.status != 429, let kept = KeptReply(response) {
            try call.context.keep(kept, of: request)
        }
        return response
    }
}

/// Undoes the work of a request, and carries its reply past that.
private struct NotKept: Error { let response: Response }

extension KeyedRequest {
    /// Nil for a request that names no key, or that is not one to be repeated with a key.
    fileprivate init?(_ call: Call, _ route: Route) throws {
        let keys = call.request.headers["idempotency-key"] ?? []
        guard route.method == .post, route.access != .anyone, !keys.isEmpty else { return nil }
        guard keys.count == 1, (1...255).contains(keys[0].utf8.count),
            keys[0].utf8.allSatisfy({ 0x20...0x7e ~= $0 })
        else {
            throw ErrorAnswer.invalid("Idempotency-Key", "must be one of 1 to 255 printable ASCII characters")
        }
        let path = "/" + call.request.path.joined(separator: "/")
        self.init(user: call.user, key: keys[0], route: "POST \(path)", body: call.request.body)
    }
}

extension KeptReply {
    /// Nil when the outlet could not do its work: that may go better the next time.
    fileprivate init?(_ response: Response) {
        guard response.status < 500, case .bytes(let body) = response.body else { return nil }
        let headers = Dictionary(response.headers.map { ($0.name, $0.value) }) { $1 }
        self.init(status: response.status, headers: headers, body: Self.withoutTokens(body))
    }

    /// A token's secret is told once and kept nowhere: a repeat has null in its place.
    private static func withoutTokens(_ body: [UInt8]) -> [UInt8] {
        let text = String(decoding: body, as: UTF8.self)
        return Array(text.replacing(#/"gpo_[A-Za-z0-9_-]{43}"/#, with: "null").utf8)
    }
}

extension Response {
    fileprivate init(_ reply: KeptReply) {
        let headers = reply.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        self.init(status: reply.status, headers: headers, body: reply.body)
        setHeader("Idempotency-Replayed", "true")
    }
}
