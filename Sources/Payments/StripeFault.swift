/// Why Stripe did not do what it was asked, by what can be done about it.
package enum StripeFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The card refused. Nothing was charged; `code` and `declineCode` are Stripe's.
    case declined(code: String, declineCode: String?, message: String)
    /// The request is wrong or its object is not there: the same request will never succeed.
    case refused(status: Int, code: String?, message: String)
    /// The key is wrong or may not do this: the operator's business.
    case unauthorized(String)
    /// Nothing is known of what happened: ask again with the same idempotency key, or wait for the webhook.
    case unknown(status: Int, message: String)
    /// Try later; nothing happened.
    case rateLimited
    /// No answer came. `mayHaveArrived` false: nothing happened.
    case unreachable(String, mayHaveArrived: Bool)
    /// Too many calls are under way here already; nothing was sent.
    case busy

    init(status: Int, error: StripeObject?) {
        let message = error?["message"]?.text ?? "status \(status)"
        let code = error?["code"]?.text
        self =
            switch (status, error?["type"]?.text) {
            case (402, "card_error"):
                .declined(
                    code: code ?? "card_declined", declineCode: error?["decline_code"]?.text, message: message
                )
            case (401, _), (403, _): .unauthorized(message)
            case (429, _): .rateLimited
            case (409, _), (500..., _): .unknown(status: status, message: message)
            default: .refused(status: status, code: code, message: message)
            }
    }

    /// Whether it is certain that nothing was done.
    package var didNothing: Bool {
        switch self {
        case .declined, .refused, .unauthorized, .rateLimited, .busy: true
        case .unknown: false
        case .unreachable(_, let mayHaveArrived): !mayHaveArrived
        }
    }

    package var description: String {
        switch self {
        case .declined(let code, let declineCode, let message):
            "the card refused (\(declineCode ?? code)): \(message)"
        case .refused(let status, let code, let message):
            "Stripe refuses (\(code ?? String(status))): \(message)"
        case .unauthorized(let message): "Stripe does not accept the outlet's key: \(message)"
        case .unknown(let status, let message): "Stripe failed (\(status)): \(message)"
        case .rateLimited: "Stripe limits the outlet's requests"
        case .unreachable(let words, _): "Stripe could not be reached: \(words)"
        case .busy: "too many payments are being made at this moment"
        }
    }
}
