import Domain
import Foundation
import Operations
import Outbound
import Payments
import Synchronization

/// Stripe in the test's hand: it keeps what it was asked, carries a POST out once for each key, and loses answers when
/// told to. What it would tell by webhook, a test tells.
package final class FakeStripe: Sendable {
    package static let webhookSecret = "whsec_of_a_test"

    package struct Call: Sendable {
        package let path: String
        package let form: [String: String]
        package let key: String?
    }

    /// What becomes of one call.
    package enum Fault: Sendable {
        case lost  // Carried out, and the answer is lost.
        case unsent  // Not a byte arrived.
        case answer(Int, String)  // This instead.
    }

    private struct State {
        var calls: [Call] = []
        var faults: [(path: String, fault: Fault)] = []
        var replies: [String: String] = [:]  // By key: what was answered first.
        var intents: [String] = []
        var charged: [(intent: String, payment: String)] = []
        var events: [String] = []
        var made = 0
        var during: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let ids: String

    /// - Parameter ids: makes its ids differ from those of others on the same books.
    package init(ids: String = "") { self.ids = ids }

    /// The charges that it carried out, with the payment in their metadata.
    package var charged: [(intent: String, payment: String)] { state.withLock { $0.charged } }

    /// The outlet's side of it.
    package var cards: CardPayments {
        let access = try! StripeAccess(  // These four fit together.
            secretKey: "sk_test_1", webhookSecrets: [Self.webhookSecret], publishableKey: "pk_test_1",
            apiBase: "http://127.0.0.1:1")
        return CardPayments(access) { request throws(OutboundError) in try self.answer(request) }
    }

    package var calls: [Call] { state.withLock { $0.calls } }
    package func calls(of path: String) -> [Call] { calls.filter { $0.path == path } }
    /// All that were sent to charge a card.
    package var charges: [Call] { calls(of: "/v1/payment_intents").filter { $0.key != nil } }

    /// The next call of `path` suffers `fault`.
    package func fail(_ path: String, _ fault: Fault) { state.withLock { $0.faults.append((path, fault)) } }

    /// Runs while the next call is under way, before it is answered.
    package func during(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.during = body } }

    /// Lists an event, as JSON, that no webhook has told.
    package func list(event: String) { state.withLock { $0.events.insert(event, at: 0) } }

    /// Lists an intent, as JSON.
    package func list(intent: String) { state.withLock { $0.intents.insert(intent, at: 0) } }

    private func answer(_ request: OutboundRequest) throws(OutboundError) -> OutboundResponse {
        let parts = request.url.text.dropFirst("http://127.0.0.1:1".count).split(separator: "?")
        let path = String(parts[0])
        let sent =
            request.method == .post
            ? String(decoding: request.body, as: UTF8.self) : parts.dropFirst().first.map(String.init) ?? ""
        let call = Call(
            path: path, form: Self.fields(sent),
            key: request.headers.first { $0.name == "Idempotency-Key" }?.value)
        let (fault, during) = state.withLock { state -> (Fault?, (@Sendable () -> Void)?) in
            state.calls.append(call)
            defer { state.during = nil }
            guard let place = state.faults.firstIndex(where: { $0.path == path }) else {
                return (nil, state.during)
            }
            return (state.faults.remove(at: place).fault, state.during)
        }
        during?()
        switch fault {
        case .unsent: throw OutboundError(.couldNotConnect, host: "127.0.0.1", mayHaveArrived: false)
        case .answer(let status, let body): return OutboundResponse(status: status, body: Array(body.utf8))
        case .lost:
            _ = state.withLock { reply(to: call, isPost: request.method == .post, &$0) }
            throw OutboundError(.torn, host: "127.0.0.1", mayHaveArrived: true)
        case nil:
            let body = state.withLock { reply(to: call, isPost: request.method == .post, &$0) }
            return OutboundResponse(status: 200, body: Array(body.utf8))
        }
    }

    private func reply(to call: Call, isPost: Bool, _ state: inout State) -> String {
        guard isPost else { return list(call.path, state) }
        if let key = call.key, let first = state.replies[key] { return first }
        state.made += 1
        let number = "\(ids)\(state.made)"
        let body =
            switch call.path {
            case "/v1/customers": #"{"id":"cus_\#(number)","object":"customer"}"#
            case "/v1/checkout/sessions":
                #"{"id":"cs_\#(number)","object":"checkout.session","url":"http://127.0.0.1:1/pay/cs_\#(number)"}"#
            case "/v1/payment_intents":
                """
                {"id":"pi_\(number)","object":"payment_intent","status":"succeeded","amount_received":\(call.form["amount"] ?? "0"),
                 "currency":"usd","metadata":{"payment":"\(call.form["metadata[payment]"] ?? "")","outlet":"test"}}
                """
            case "/v1/setup_intents": #"{"id":"seti_\#(number)","client_secret":"seti_\#(number)_secret"}"#
            default: #"{"id":"obj_\#(number)"}"#
            }
        if call.path == "/v1/payment_intents" {
            state.intents.insert(body, at: 0)
            state.charged.append(("pi_\(number)", call.form["metadata[payment]"] ?? ""))
        }
        if let key = call.key { state.replies[key] = body }
        return body
    }

    private func list(_ path: String, _ state: State) -> String {
        let items =
            switch path {
            case "/v1/payment_intents": state.intents
            case "/v1/events": state.events
            default: [] as [String]
            }
        return #"{"object":"list","has_more":false,"data":[\#(items.joined(separator: ","))]}"#
    }

    private static func fields(_ form: String) -> [String: String] {
        let pairs = form.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                String(parts[0]).removingPercentEncoding ?? "",
                String(parts.last ?? "").removingPercentEncoding ?? ""
            )
        }
        return Dictionary(pairs) { $1 }
    }
}
