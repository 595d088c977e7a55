import Domain
import Payments

/// Why money is not taken, by precedence: the first that applies is the one reported.
package enum PaymentRefusal: Error, Hashable, Sendable {
    /// The key of the request belongs to another payment.
    case keyReused
    /// Too many were begun; how long until the next may be.
    case tooOften(Seconds)
    case noCard
    case cardOnFile
    /// The card's bank said no. Nothing was charged.
    case declined(ID<Payment>, code: String, message: String)
    /// The same request is at Stripe at this moment.
    case inProgress
    /// Stripe could not be asked, or could not answer. Nothing was charged.
    case unavailable(StripeFault)
}
