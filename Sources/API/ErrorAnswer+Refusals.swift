import Domain
import HTTP
import Operations

// Each refusal has its answer. Without `default`: a new case needs its answer to build.

extension ErrorAnswer {
    /// The answer to whatever a handler throws; nil for a fault, which is logged and answered as one.
    init?(refusal error: any Error) {
        switch error {
        case let answer as ErrorAnswer: self = answer
        case let refusal as LaunchRefusal: self.init(refusal)
        case let refusal as StopRefusal: self.init(refusal)
        case let refusal as SSHKeyRefusal: self.init(refusal)
        case let refusal as CodeRefusal: self.init(refusal)
        case let refusal as LimitsRefusal: self.init(refusal)
        case let refusal as TokenRefusal: self.init(refusal)
        case let refusal as PaymentRefusal: self.init(refusal)
        case is CursorRefusal: self = .invalid("cursor", "is not one that this outlet gave")
        default: return nil
        }
    }

    init(_ fault: RequestFault) {
        self.init(status: fault.status, code: fault.code, message: fault.message)
    }

    init(_ refusal: LaunchRefusal) {
        switch refusal {
        case .accountClosed: self = .forbidden("This account is closed.")
        case .paymentDisputed:
            self.init(
                status: 403, code: "payment_disputed",
                message:
                    "A payment into this wallet is disputed: nothing is launched until the bank has decided.")
        case .unknownTemplate: self = .invalid("templateId", "names no template of this outlet")
        case .noSSHKey:
            self.init(
                status: 400, code: "validation_failed",
                message: "Add an SSH key first: a pod lets in nobody else.",
                details: [("sshKeys", "at least one is needed")])
        case .meteringPaused:
            self.init(
                status: 503, code: "metering_paused",
                message: "The meter is not running, so nothing is launched. Try again in a minute.",
                headers: [("Retry-After", "60")])
        case .modelUnavailable(let nearest):
            self.init(
                status: 400, code: "model_unavailable", message: "Nothing that matches can be rented now.",
                details: [("nearest", nearest)])
        case .priceChanged(let now):
            self.init(
                status: 409, code: "price_changed",
                message: "The cheapest match now costs more than maxPricePerHourCents.",
                details: [("pricePerHourCents", now)])
        case .limitExceeded(let breach): self.init(breach)
        case .insufficientBalance(let required, let available):
            self.init(
                status: 403, code: "insufficient_balance",
                message: "The wallet has less than this launch reserves.",
                details: [("requiredCents", required), ("availableCents", available)])
        }
    }

    private init(_ breach: LimitBreach) {
        let setter = breach.setBy == .renter ? "a limit that you have set" : "a limit of this outlet"
        self.init(
            status: 403, code: "limit_exceeded",
            message: "The launch would pass \(setter): \(breach.limit.rawValue) is \(breach.maximum).",
            details: [
                ("limit", breach.limit.rawValue), ("setBy", breach.setBy.rawValue),
                ("maximum", breach.maximum), ("current", breach.current), ("requested", breach.requested),
            ])
    }

    init(_ refusal: LimitsRefusal) {
        switch refusal {
        case .aboveOperator(let limit, let maximum):
            self = .invalid(limit.rawValue, "must be at most \(maximum), which is the limit of this outlet")
        }
    }

    init(_ refusal: TokenRefusal) {
        switch refusal {
        case .tooMany(let limit):
            self = .badRequest("You have \(limit) tokens, which is the most there may be: revoke one first.")
        }
    }

    init(_ refusal: StopRefusal) {
        switch refusal {
        case .notFound: self = .rentalNotFound
        case .alreadyStopped(let status):
            self.init(
                status: 409, code: "already_stopped", message: "This rental is already \(status.rawValue).",
                details: [("status", status.rawValue)])
        }
    }

    init(_ refusal: CodeRefusal) {
        func wait(_ code: String, _ time: Seconds) -> ErrorAnswer {
            let seconds = max(time.count, 1)
            return ErrorAnswer(
                status: 429, code: code, message: "Too often; try again in \(seconds) s.",
                headers: [("Retry-After", String(seconds))])
        }
        switch refusal {
        case .noMail:
            self.init(
                status: 400, code: "mail_disabled",
                message: "This outlet sends no mail. Ask its operator for a sign-in link.")
        case .tooSoon(let time): self = wait("code_request_rate_limited", time)
        case .tooManyWrong(let time): self = wait("rate_limited", time)
        case .wrong:
            self.init(status: 401, code: "code_invalid", message: "This is not the code that was sent last.")
        case .expired:
            self.init(
                status: 401, code: "code_expired",
                message: "This code works no more: its time or its tries are over. Ask for a new one.")
        case .notAdmitted(.closed): self = .forbidden("This account is closed.")
        case .notAdmitted(.uninvited): self = .forbidden("This outlet makes accounts on invitation only.")
        }
    }

    init(_ refusal: SSHKeyRefusal) {
        let code =
            switch refusal {
            case .privateKey, .invalidKey: "invalid_key"
            case .weakKey: "weak_key"
            case .duplicate: "duplicate_key"
            }
        self.init(
            status: 400, code: code, message: refusal.message, details: [("publicKey", refusal.message)])
    }
}
