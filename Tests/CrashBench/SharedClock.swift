import Domain
import Glibc
import TestSupport

/// One time for several processes, which outlives them: a file that says how far it is ahead, and the machine's
/// boot clock, run faster.
package final class SharedClock: Sendable {
    private let descriptor: Int32
    /// Milliseconds in one of the machine's; 0 stands still between two calls of `advance`.
    private let speed: Int64

    /// - Throws: `TestFault` when the file cannot be made.
    package init(path: String, speed: Int64) throws {
        self.speed = speed
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TestFault("\(path): \(String(cString: strerror(errno)))") }
        if ahead == nil { write(-machine * speed) }
    }

    deinit { close(descriptor) }

    package var reading: ClockReading {
        let elapsed = ahead! + machine * speed
        return ClockReading(
            realtime: 1_780_272_000_000 + elapsed, boottime: 86_400_000 + elapsed, bootID: "boot-1")
    }

    /// Only one process at a time may do this.
    package func advance(by time: Seconds) { write(ahead! + time.count * 1_000) }

    private var ahead: Int64? {
        var value: Int64 = 0
        return pread(descriptor, &value, 8, 0) == 8 ? value : nil
    }

    private func write(_ value: Int64) {
        var value = value
        precondition(pwrite(descriptor, &value, 8, 0) == 8, "the clock's file takes eight bytes")
    }

    private var machine: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
