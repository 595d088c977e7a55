import Domain
import Operations

extension ErrorAnswer {
    init(_ refusal: PaymentRefusal) {
        switch refusal {
        case .keyReused: self = .keyReused
        case .tooOften(let time):
            let seconds = max(time.count, 1)
            self.init(
                status: 429, code: "rate_limited", message: "Too many top-ups; try again in \(seconds) s.",
                headers: [("Retry-After", String(seconds))])
        case .noCard:
            self.init(
                status: 400, code: "validation_failed", message: "Save a card first.",
                details: [("card", "is needed")])
        case .cardOnFile:
            self.init(
                status: 409, code: "card_already_on_file",
                message: "A card is saved already. Remove it before you save another.")
        case .declined(let payment, let code, let message):
            self.init(
                status: 402, code: "card_declined", message: message,
                details: [("declineCode", code), ("paymentId", payment)])
        case .inProgress:
            self.init(
                status: 409, code: "request_in_progress",
                message: "This request is still being worked on. Send it again in a moment.",
                headers: [("Retry-After", "1")])
        case .unavailable:
            self.init(
                status: 503, code: "payments_unavailable",
                message: "The payment provider does not answer. Nothing was charged. Try again in a minute.",
                headers: [("Retry-After", "60")])
        }
    }
}
