import Outbound
import Synchronization

/// Calls of Stripe's API, in its pinned version. It decides nothing: what a call did is known from its answer, from the
/// webhook, or by asking again with the same key.
package final class StripeClient: Sendable {
    package let access: StripeAccess
    private let outbound: OutboundClient
    private let underWay = Mutex(0)

    /// Calls at a time: handlers wait for the answer, and must not all wait for the same slow Stripe.
    private static let most = 2

    package init(_ access: StripeAccess, outbound: OutboundClient? = nil) {
        self.access = access
        let reach: OutboundPolicy.Reach =
            access.apiBase == "https://api.stripe.com" ? .publicAddresses : .privateAddresses
        self.outbound = outbound ?? OutboundClient(policy: OutboundPolicy(reach: reach, within: .seconds(20)))
    }

    /// Sends a POST that Stripe carries out at most once for `key`, however often it is sent within a day.
    /// - Throws: `StripeFault`.
    package func post(_ path: String, _ form: Form, key: String) throws(StripeFault) -> StripeObject {
        try send(
            .post, path, body: form.encoded,
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Idempotency-Key", key)])
    }

    /// - Throws: `StripeFault`.
    package func get(_ path: String, _ query: Form = Form()) throws(StripeFault) -> StripeObject {
        try send(.get, query.fields.isEmpty ? path : "\(path)?\(query.encoded)", body: "", headers: [])
    }

    private func send(
        _ method: OutboundRequest.Method, _ path: String, body: String,
        headers: [(name: String, value: String)]
    ) throws(StripeFault) -> StripeObject {
        guard enter() else { throw .busy }
        defer { underWay.withLock { $0 -= 1 } }
        guard let url = OutboundURL(access.apiBase + path) else {
            throw .unreachable("no such address", mayHaveArrived: false)
        }
        let request = OutboundRequest(
            method, url,
            headers: [
                ("Authorization", "Bearer \(access.secretKey)"), ("Stripe-Version", StripeAccess.apiVersion),
            ] + headers, body: Array(body.utf8))
        let response: OutboundResponse
        do { response = try outbound.send(request) } catch {
            throw .unreachable("\(error)", mayHaveArrived: error.mayHaveArrived)
        }
        let object = StripeObject(json: response.body)
        switch (response.status, object) {
        case (200..<300, let object?): return object
        case (200..<300, nil): throw .unreachable("its answer is not JSON", mayHaveArrived: true)
        default: throw StripeFault(status: response.status, error: object?["error"])
        }
    }

    private func enter() -> Bool {
        underWay.withLock { underWay in
            guard underWay < Self.most else { return false }
            underWay += 1
            return true
        }
    }
}
