/// The one time of all billing: boot clock plus an offset, so a stepped wall clock moves nobody's bill.
///
/// Within one boot, wall and boot clock part only when the wall clock is stepped. The offset is set at the meter's
/// first tick of a boot, and later moved only forward and only while nothing runs.
package struct BillingClock: Hashable, Sendable {
    package let bootID: String
    package let offset: Int64  // Milliseconds.
    package let billing: Int64  // The latest reading used by a write, in milliseconds since 1970.

    package init(bootID: String, offset: Int64, billing: Int64) {
        self.bootID = bootID
        self.offset = offset
        self.billing = billing
    }

    /// The first one of an outlet: as the wall clock says.
    package init(startingAt reading: ClockReading) {
        self.init(
            bootID: reading.bootID, offset: reading.realtime - reading.boottime, billing: reading.realtime)
    }

    /// How far the wall clock alone may move billing time over a reboot.
    package static let believed: Int64 = 900_000
    /// A larger gap between wall and billing clock is worth an event.
    package static let step: Int64 = 2_000

    /// Milliseconds of billing time. Never below an earlier one; before the meter's first tick of a boot it stands still.
    package func milliseconds(at reading: ClockReading) -> Int64 {
        reading.bootID == bootID ? max(billing, reading.boottime + offset) : billing
    }

    /// The meter's tick. `stepped` tells that wall and billing clock differ by more than two seconds.
    package func ticked(at reading: ClockReading, anythingRuns: Bool) -> (clock: BillingClock, stepped: Bool)
    {
        if reading.bootID != bootID {
            let now = min(max(reading.realtime, billing), billing + Self.believed)
            return (
                BillingClock(bootID: reading.bootID, offset: now - reading.boottime, billing: now),
                abs(reading.realtime - now) > Self.step
            )
        }
        let now = milliseconds(at: reading)
        if !anythingRuns, reading.realtime > now {
            let clock = BillingClock(
                bootID: bootID, offset: reading.realtime - reading.boottime, billing: reading.realtime)
            return (clock, false)
        }
        return (
            BillingClock(bootID: bootID, offset: offset, billing: now),
            abs(reading.realtime - now) > Self.step
        )
    }
}

extension Instant {
    /// The nearest second.
    package init(milliseconds: Int64) { self.init((milliseconds + 500) / 1_000) }
}
