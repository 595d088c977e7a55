import Domain
import Storage

/// The seconds that rentals are billed for at one moment, money permitting.
///
/// As long as the end of a wallet's money is to come, a rental's own times say it. Only past that end, which a late
/// meter has not carried out yet, all that draws from the wallet has to be looked at.
struct PaidTimes {
    private let now: Instant
    private let session: any ReadSession
    /// The wallet that was looked at last; no seconds while there is money.
    private var last: (wallet: ID<User>, seconds: [ID<Rental>: Seconds]?)?

    init(at now: Instant, in session: any ReadSession) {
        self.now = now
        self.session = session
    }

    mutating func seconds(of rental: RentalRow) throws -> Seconds {
        guard let time = rental.meteredTime else { return rental.billed }
        if let seconds = try secondsPastTheEnd(of: rental.user) { return seconds[rental.id] ?? rental.billed }
        return time.elapsed(at: now, paidUntil: nil)
    }

    private mutating func secondsPastTheEnd(of user: ID<User>) throws -> [ID<Rental>: Seconds]? {
        if let last, last.wallet == user { return last.seconds }
        var seconds: [ID<Rental>: Seconds]?
        if let end = try session.exhaustion(of: user), end <= now {
            seconds = walletView(of: try session.walletState(of: user), at: now).seconds
        }
        last = (user, seconds)
        return seconds
    }
}
