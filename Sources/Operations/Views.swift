import Domain
import Storage

// What readers are given: figures are live, to the second of the reading.

/// One rental as its renter sees it.
package struct RentalView: Sendable {
    package let row: RentalRow
    package let totalCharged: Cents  // Live while it runs.

    package var id: ID<Rental> { row.id }
    package var user: ID<User> { row.user }
    package var name: String? { row.name }
    package var status: RentalStatus { row.status }
    package var familyID: String { row.family }
    package var gpuCount: Int { row.gpuCount }
    package var price: HourlyRate { row.rate }
    package var host: String? { isRunning ? row.host : nil }
    package var port: Int? { isRunning ? row.port : nil }
    package var sshUser: String? { row.sshUser }
    package var hostKeyFingerprint: String? { row.hostKeyFingerprint }
    package var region: String { row.region }
    package var provider: String { row.provider }
    package var templateID: String { row.templateID }
    package var startedAt: Instant { row.askedAt }  // When it was asked for.
    package var runningSince: Instant? { row.runningAt }
    package var stoppedAt: Instant? { row.endsAt }
    package var autoStopAt: Instant? { row.autoStopAt }
    package var stopReason: StopReason? { row.stopReason }
    package var error: String? { row.status == .failed ? row.error : nil }

    private var isRunning: Bool { row.status == .running }
}

/// One try at a provider, for the launch receipt.
package struct AttemptView: Sendable {
    package let listing: Listing.ID
    package let provider: String
    package let price: HourlyRate
    package let outcome: String  // `pending`, `created`, `refused`, `unknown`, `gone`
    package let error: String?
    package let startedAt: Instant
    package let endedAt: Instant?
}

/// The meter's reading: `charge == rate.price(of: seconds)` always.
package struct MeterView: Sendable {
    package let rental: ID<Rental>
    package let rate: HourlyRate
    package let seconds: Seconds
    package let charge: Cents
    package let lastHeartbeatAt: Instant?
    package let held: Cents  // Left in the rental's own hold.
    package let settled: Cents  // Posted to the ledger so far.
    package let exhaustsAt: Instant?
}

package struct RentalEventView: Sendable {
    package let id: ID<Event>
    package let type: String  // `rental.launched`, `rental.running`, …
    package let at: Instant
    package let message: String
}

/// `total == available + reserved`; `total == newest entry's balance after − pending`.
package struct BalanceView: Sendable {
    package let available: Cents
    package let reserved: Cents
    package let pending: Cents  // Metered, not yet posted.
    package let owed: Cents  // After money was taken back that had been spent; the next top-up pays it.
    package let burnPerHour: Cents
    package let runway: Seconds?  // Nil when nothing runs.
    package let updatedAt: Instant
    package var total: Cents { available + reserved }
}

package struct LedgerEntryView: Sendable {
    package let sequence: Int64  // Order in the ledger; cursors are made of it.
    package let id: ID<LedgerEntry>
    package let type: String
    package let amount: Cents
    package let createdAt: Instant
    package let availableAfter: Cents
    package let reservedAfter: Cents
    package let rental: ID<Rental>?
    package let seconds: Seconds?
    package let rate: HourlyRate?
    package let periodStart: Instant?
    package let periodEnd: Instant?
    package let payment: ID<Payment>?  // That the line is about.
    package let charge: String?  // Stripe's name of it.
    package let note: String?
    package let seal: [UInt8]?  // The hash of the seal over this line; nil until the next one is made.
    package var balanceAfter: Cents { availableAfter + reservedAfter }
}

package struct UserView: Sendable {
    package let id: ID<User>
    package let email: String
    package let createdAt: Instant
    package let closedAt: Instant?
}

/// Who a cookie signed in.
package struct SignedIn: Sendable {
    package let user: UserView
    package let session: ID<Session>
    package let expiresAt: Instant
}

package struct SSHKeyView: Sendable {
    package let id: ID<SSHKey>
    package let name: String
    package let fingerprint: String
    package let algorithm: String
    package let createdAt: Instant
}

/// One page of a list; `next` is nil on the last.
package struct Page<Item: Sendable>: Sendable {
    package let items: [Item]
    package let next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}

/// What a stop did, final in the transaction that did it.
package struct StopView: Sendable {
    package let id: ID<Rental>
    package let finalCharged: Cents
    package let refunded: Cents  // The hold's rest, back in available.
}

/// What a launch would cost, without launching.
package struct PreviewView: Sendable {
    package let price: HourlyRate
    package let estimatedProvisionSeconds: Seconds
    package let listing: Listing
    package let available: Cents
    package let runway: Seconds?  // At the burn with this one running.
    package let alternatives: [Listing]  // At most three, dearer than `listing`.
    package let breach: LimitBreach?  // For which the launch would be refused.
}

/// Nothing in `problems`: the outlet works.
package struct HealthView: Sendable {
    package let meterAge: Seconds?  // Since the meter reported; nil: it never did.
    package let problems: [String]
}

/// One figure for monitoring.
package struct Metric: Sendable {
    package let name: String
    package let help: String
    package let type: String  // `gauge` or `counter`
    package let value: Int64
    package let labels: [(name: String, value: String)]
}
