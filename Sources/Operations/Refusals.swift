import Domain

/// Why a launch is refused, by precedence: the first that applies is the one reported.
package enum LaunchRefusal: Error, Sendable {
    case accountClosed
    case paymentDisputed  // A card's owner disowns a payment, and the bank has not decided.
    case unknownTemplate(String)
    case noSSHKey
    case meteringPaused
    case modelUnavailable(nearest: [Listing])
    case priceChanged(now: HourlyRate)
    case limitExceeded(LimitBreach)
    case insufficientBalance(required: Cents, available: Cents)
}

/// Why a stop is refused.
package enum StopRefusal: Error, Sendable {
    case notFound
    case alreadyStopped(RentalStatus)
}
