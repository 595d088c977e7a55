import Domain
@preconcurrency import Dispatch
import Glibc
import Synchronization

/// The receiving end of the bell: a datagram on a Unix socket says only that there is something to do. A lost ring
/// costs a second, since everybody looks that often anyway.
package final class BellListener: Sendable {
    // Dispatch sources may be used from any thread.
    private nonisolated(unsafe) let source: any DispatchSourceRead
    private let waiter = Mutex<Waiter>(Waiter())

    private struct Waiter {
        var rung = false
        var continuation: CheckedContinuation<Void, Never>?
    }

    /// - Throws: `BellFault` when the socket cannot be made.
    package init(path: String) throws {
        unlink(path)
        let descriptor = socket(
            AF_UNIX,
            Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw BellFault(path: path, code: errno) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            close(descriptor)
            throw BellFault(path: path, code: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else {
            close(descriptor)
            throw BellFault(path: path, code: errno)
        }
        chmod(path, 0o660)
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
        source.setCancelHandler { close(descriptor) }
        source.setEventHandler { [weak self] in
            var byte: UInt8 = 0
            while recv(descriptor, &byte, 1, 0) >= 0 {}
            self?.ring()
        }
        source.resume()
    }

    deinit { source.cancel() }

    /// Returns at the next ring, at once when it has rung since the last wait, or after `limit`.
    func wait(atMost limit: Duration) async {
        let timer = Task { [weak self] in
            // A timer that is no longer wanted must not ring: that would end the next wait, and so on for ever.
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            self?.ring()
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = waiter.withLock { waiter -> Bool in
                    guard !waiter.rung else {
                        waiter.rung = false
                        return true
                    }
                    waiter.continuation = continuation
                    return false
                }
                if now { continuation.resume() }
            }
        } onCancel: {
            ring()
        }
        timer.cancel()
    }

    private func ring() {
        let continuation = waiter.withLock { waiter -> CheckedContinuation<Void, Never>? in
            defer { waiter.continuation = nil }
            waiter.rung = waiter.continuation == nil
            return waiter.continuation
        }
        continuation?.resume()
    }
}

/// The bell's socket could not be made.
package struct BellFault: Error, CustomStringConvertible {
    let path: String
    let code: Int32
    package var description: String { "the bell \(path): \(String(cString: strerror(code)))" }
}
