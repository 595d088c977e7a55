/// The one time of all billing: boot clock plus an offset, so a stepped wall clock moves nobody's bill.
///
/// Within one boot, wall and boot clock part only when the wall clock is stepped. The offset is set at the meter's
/// first tick of a boot, and later moved only forward and only while nothing runs.
package struct BillingClock: Hashable, Sendable {
    package let bootID: String
    package let offset: Int64  // Milliseconds.
    package let billing: Int64  // The latest reading used by a write, in milliseconds since 1970.
    package let wall: Int64  // What the wall clock says at `billing`, unless stepped since the last tick.

    package init(bootID: String, offset: Int64, billing: Int64, wall: Int64) {
        self.bootID = bootID
        self.offset = offset
        self.billing = billing
        self.wall = wall
    }

    /// The first one of an outlet: as the wall clock says.
    package init(startingAt reading: ClockReading) { self.init(at: reading, billing: reading.realtime) }

    /// Billing time is `billing` at this reading.
    private init(at reading: ClockReading, billing: Int64) {
        self.init(
            bootID: reading.bootID, offset: billing - reading.boottime, billing: billing,
            wall: reading.realtime)
    }

    /// How far the wall clock alone may move billing time over a reboot.
    package static let believed: Int64 = 900_000
    /// Wall and billing clock that part by more than this are worth an event.
    package static let step: Int64 = 2_000

    /// Milliseconds of billing time. Never below an earlier one; before the meter's first tick of a boot it stands still.
    package func milliseconds(at reading: ClockReading) -> Int64 {
        reading.bootID == bootID ? max(billing, reading.boottime + offset) : billing
    }

    /// The same clock, read by a write.
    package func read(at reading: ClockReading) -> BillingClock {
        let now = milliseconds(at: reading)
        return BillingClock(bootID: bootID, offset: offset, billing: now, wall: wall + now - billing)
    }

    /// The meter's tick. `stepped` is how far the wall clock has moved against billing time since the last one, when
    /// that is more than two seconds: once for each step, however long the two stay apart.
    package func ticked(
        at reading: ClockReading, anythingRuns: Bool
    ) -> (clock: BillingClock, stepped: Int64?) {
        if reading.bootID != bootID {
            let now = min(max(reading.realtime, billing), billing + Self.believed)
            return (BillingClock(at: reading, billing: now), Self.worthTelling(reading.realtime - now))
        }
        let now = milliseconds(at: reading)
        let stepped = Self.worthTelling(reading.realtime - now - (wall - billing))
        if !anythingRuns, reading.realtime > now {
            return (BillingClock(at: reading, billing: reading.realtime), stepped)
        }
        return (BillingClock(bootID: bootID, offset: offset, billing: now, wall: reading.realtime), stepped)
    }

    private static func worthTelling(_ gap: Int64) -> Int64? { abs(gap) > step ? gap : nil }
}

extension Instant {
    /// The nearest second.
    package init(milliseconds: Int64) { self.init((milliseconds + 500) / 1_000) }

    /// The latest second that has come: a deadline at it is met, however soon after it this is.
    package init(reachedAtMilliseconds milliseconds: Int64) { self.init(milliseconds / 1_000) }
}
