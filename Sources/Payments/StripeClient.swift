import Outbound
import Synchronization

/// Calls of Stripe's API, in its pinned version. It decides nothing: what a call did is known from its answer, from the
/// webhook, or by asking again with the same key.
package final class StripeClient: Sendable {
    package typealias Send = @Sendable (OutboundRequest) throws(OutboundError) -> OutboundResponse

    package let access: StripeAccess
    private let transport: Send
    private let underWay = Mutex(0)

    /// Calls at a time: handlers wait for the answer, and must not all wait for the same slow Stripe.
    private static let most = 2

    /// - Parameter sending: a test's way to Stripe.
    package init(_ access: StripeAccess, sending: Send? = nil) {
        self.access = access
        if let sending {
            transport = sending
            return
        }
        let reach: OutboundPolicy.Reach =
            access.mode == .standIn ? .privateAddresses : .publicAddresses
        let outbound = OutboundClient(policy: OutboundPolicy(reach: reach, within: .seconds(20)))
        transport = { request throws(OutboundError) in try outbound.send(request) }
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

    /// All of a list, newest first, page by page; at most `most`.
    /// - Throws: `StripeFault`.
    package func list(_ path: String, _ query: Form = Form(), most: Int = 100_000) throws(StripeFault)
        -> [StripeObject]
    {
        var query = query
        query["limit"] = "100"
        var found: [StripeObject] = []
        while found.count < most {
            let page = try get(path, query)
            let items = page["data"]?.list ?? []
            found += items
            guard page["has_more"]?.truth == true, let last = items.last?["id"]?.text else { break }
            query["starting_after"] = last
        }
        return found
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
        do { response = try transport(request) } catch {
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
