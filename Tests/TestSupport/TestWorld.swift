import Domain
import Foundation
import Operations
import Synchronization

/// The machine's clocks in the test's hand. It starts at 2026-06-01 00:00:00 UTC, one day after boot.
package final class TestClock: Sendable {
    private let state: Mutex<ClockReading>

    package init(at start: Instant = Instant(1_780_272_000), bootID: String = "boot-1") {
        state = Mutex(
            ClockReading(realtime: start.secondsSince1970 * 1_000, boottime: 86_400_000, bootID: bootID))
    }

    package var reading: ClockReading { state.withLock { $0 } }

    /// What the wall clock says, in whole seconds, rounded down.
    package var now: Instant { Instant(reading.realtime / 1_000) }

    /// Time passes: both clocks go on.
    package func advance(by time: Seconds) { advance(milliseconds: time.count * 1_000) }

    package func advance(milliseconds: Int64) {
        set {
            ClockReading(
                realtime: $0.realtime + milliseconds, boottime: $0.boottime + milliseconds, bootID: $0.bootID)
        }
    }

    /// Somebody sets the wall clock, forward or back.
    package func stepWallClock(by time: Seconds) {
        set {
            ClockReading(
                realtime: $0.realtime + time.count * 1_000, boottime: $0.boottime, bootID: $0.bootID)
        }
    }

    /// The machine is off for `time` and boots again.
    package func reboot(after time: Seconds, bootID: String = "boot-2") {
        set { ClockReading(realtime: $0.realtime + time.count * 1_000, boottime: 1_000, bootID: bootID) }
    }

    /// Whatever a test wants the clocks to say.
    package func show(_ reading: ClockReading) { set { _ in reading } }

    private func set(_ change: (ClockReading) -> ClockReading) { state.withLock { $0 = change($0) } }
}

/// A world without chance: the clock stands until it is moved, ids count up, secrets are numbered.
package final class TestWorld: Sendable {
    package let clock: TestClock
    private let made = Mutex<(ids: UInt64, secrets: UInt64, rings: Int)>((0, 0, 0))

    package init(clock: TestClock = TestClock()) { self.clock = clock }

    /// How often the meter's bell was rung.
    package var rings: Int { made.withLock { $0.rings } }

    /// The next id: the clock's milliseconds and a number that counts up, so ids sort in the order they were made.
    package func newULID() -> ULID {
        let number = made.withLock { made in
            made.ids += 1
            return made.ids
        }
        return ULID(milliseconds: clock.reading.realtime, random: (0, number))
    }

    /// 32 bytes in base64url, as the live world makes them; the last eight are a number.
    package func newSecret() -> String {
        let number = made.withLock { made in
            made.secrets += 1
            return made.secrets
        }
        let bytes = [UInt8](repeating: 0xA5, count: 24) + withUnsafeBytes(of: number.bigEndian, Array.init)
        return Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    package var environment: Operations.Environment {
        Operations.Environment(
            clocks: { self.clock.reading }, newULID: { self.newULID() }, newSecret: { self.newSecret() },
            secretKey: SecretKey([UInt8](repeating: 0x5A, count: 32)),
            ringBell: { self.made.withLock { $0.rings += 1 } })
    }
}
