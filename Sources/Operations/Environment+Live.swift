import Configuration
import Domain
import Foundation
import Glibc
import Synchronization

/// The system did not give what every part of the outlet stands on.
package struct EnvironmentError: Error, CustomStringConvertible {
    package let description: String
}

extension Environment {
    /// The machine's own clocks and random numbers, and the key and the bell of `settings`.
    /// - Throws: `EnvironmentError` when the boot id cannot be read: without it, billing time has no anchor; or when
    ///   there is no key and none can be made.
    package static func live(settings: Settings) throws -> Environment {
        let bootID = try readBootID()
        let bell = Bell(path: settings.bellPath)
        let secretKey = try SecretKey(path: settings.secretKeyPath)
        let newest = Mutex<ULID?>(nil)
        return Environment(
            clocks: {
                ClockReading(
                    realtime: milliseconds(of: CLOCK_REALTIME), boottime: milliseconds(of: CLOCK_BOOTTIME),
                    bootID: bootID)
            },
            newULID: {
                newest.withLock { newest in
                    let ulid = ULID(milliseconds: milliseconds(of: CLOCK_REALTIME), after: newest)
                    newest = ulid
                    return ulid
                }
            },
            newSecret: {
                var generator = SystemRandomNumberGenerator()
                let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
                return Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                    .replacing("=", with: "")
            },
            secretKey: secretKey,
            ringBell: { bell.ring() },
            raiseAlarm: { fault in
                StorageAlarm(settings).raise(fault)
                _exit(74)  // EX_IOERR. At once, as in a crash: whatever else ran may stand on what is lost.
            })
    }

    private static func milliseconds(of clock: clockid_t) -> Int64 {
        var time = timespec()
        let status = clock_gettime(clock, &time)
        precondition(status == 0, "the system has this clock")
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    private static func readBootID() throws -> String {
        let path = "/proc/sys/kernel/random/boot_id"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(whereSeparator: \.isWhitespace).first
        else { throw EnvironmentError(description: "\(path) cannot be read; is /proc mounted?") }
        return String(line)
    }
}

extension ULID {
    /// A new one that sorts behind `previous`, in the same millisecond too, and when the clock stepped back.
    fileprivate init(milliseconds: Int64, after previous: ULID?) {
        let fresh = ULID(milliseconds: milliseconds)
        guard let previous, fresh <= previous else {
            self = fresh
            return
        }
        let time = Int64(previous.high >> 16)
        let (low, carried) = previous.low.addingReportingOverflow(.random(in: 1...(1 << 32)))
        let high = UInt16(truncatingIfNeeded: previous.high)
        let (random, exhausted) = high.addingReportingOverflow(carried ? 1 : 0)
        self.init(milliseconds: exhausted ? time + 1 : time, random: (random, low))
    }
}

/// The sending end of the meter's bell: one empty datagram. A meter that does not listen finds its orders by itself.
private final class Bell: Sendable {
    private let socket: Int32  // -1: no bell, which only makes the meter later.
    private let path: String

    init(path: String) {
        self.path = path
        socket = Glibc.socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    }

    deinit { if socket >= 0 { close(socket) } }

    func ring() {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        guard socket >= 0, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, nil, 0, Int32(MSG_DONTWAIT), $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
