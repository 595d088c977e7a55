/// The time that one rental is billed for, as far as the books know it.
package struct MeteredTime: Hashable, Sendable {
    package let startedAt: Instant  // Second 0 of its bill.
    package let billed: Seconds  // Posted so far.
    package var endsAt: Instant?  // No second after this one is billed: its end, or its auto-stop to come.
    package let confirmedAt: Instant  // When the provider last said that it lives.

    package init(startedAt: Instant, billed: Seconds, endsAt: Instant?, confirmedAt: Instant) {
        self.startedAt = startedAt
        self.billed = billed
        self.endsAt = endsAt
        self.confirmedAt = confirmedAt
    }

    /// The last second that may be billed for an end, or a reading, at `instant`.
    package func billable(at instant: Instant) -> Instant {
        let asked = endsAt.map { min($0, instant) } ?? instant
        return asked - confirmedAt <= heartbeatGrace ? asked : confirmedAt
    }

    /// The seconds of its bill at `now`.
    /// - Parameter end: the last second that the wallet can pay, when that is not after `now`.
    package func elapsed(at now: Instant, paidUntil end: Instant?) -> Seconds {
        let billable = billable(at: now)
        let last = end.map { min($0, billable) } ?? billable
        return max(last - startedAt, billed)
    }
}

/// How long a pod that was seen alive still counts as alive when its end is decided or its meter is read.
/// Two rounds of the meter's watch: one answer may be late, two may not.
package let heartbeatGrace = Seconds(30)
