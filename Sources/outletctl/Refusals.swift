import Domain
import Operations
import Payments

// What a no of the domain means to the operator. Without `default`: a new refusal needs its words to build.

extension StopRefusal {
    var message: String {
        switch self {
        case .notFound: "there is no such rental; see 'outletctl rental list'"
        case .alreadyStopped(let status): "the rental is \(status.rawValue) already"
        }
    }
}

extension AdjustmentRefusal {
    var message: String {
        switch self {
        case .zero: "an adjustment is not 0"
        case .insufficientBalance(let available):
            "the wallet has \(available.forPeople) available and never goes below zero; nothing was changed"
        }
    }
}

extension MailTrialRefusal {
    var message: String {
        switch self {
        case .noMail: "this outlet sends no mail; see mail: in the configuration"
        case .failed(let reason): "the letter did not leave, and may later: \(reason)"
        case .refused(let reason): "the letter was refused for good: \(reason)"
        }
    }
}

extension UserRefusal {
    var message: String {
        switch self {
        case .invalidEmail: "this is not an e-mail address"
        case .exists: "there is an account with this address already; see 'outletctl user show EMAIL'"
        }
    }
}

extension AllowanceRefusal {
    var message: String {
        switch self {
        case .nothingHeld: "no such offer is held; see 'outletctl catalog held'"
        }
    }
}
