import CSupport
import Glibc

/// An accepted connection, closed once.
struct Connection: ~Copyable {
    let descriptor: Int32
    private let patience: Int32  // In milliseconds.

    /// - Parameter stalled: how long one read or write may take without progress.
    init(_ descriptor: Int32, stalled: Duration) {
        self.descriptor = descriptor
        let (seconds, attoseconds) = stalled.components
        patience = Int32(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }

    deinit { close(descriptor) }

    /// The one request that is taken from it.
    func arrival() throws(Refusal) -> Arrival {
        let (descriptor, patience) = (descriptor, patience)
        var reader = RecordReader { Self.receive(from: descriptor, into: $0, patience) }
        return try Arrival(from: &reader) { send($0) }
    }

    /// Fills `buffer` with what has come; 0 when nothing more comes, or not in time.
    private static func receive(
        from descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, _ patience: Int32
    ) -> Int {
        func take() -> Int? {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            return count < 0 && errno == EAGAIN ? nil : max(count, 0)
        }
        return beforeSleep(take) ?? (isReady(descriptor, POLLIN, patience) ? take() : nil) ?? 0
    }

    /// Sends to the last byte what it is given; answers false when the peer is gone, or takes nothing in time.
    var sender: ([UInt8]) -> Bool {
        { [descriptor, patience] bytes in
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.send(
                        descriptor, $0.baseAddress! + sent, $0.count - sent,
                        Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
                }
                if count < 0 {
                    guard errno == EAGAIN, Self.isReady(descriptor, POLLOUT, patience) else { return false }
                } else {
                    sent += count
                }
            }
            return true
        }
    }

    private static func isReady(_ descriptor: Int32, _ event: Int32, _ patience: Int32) -> Bool {
        outlet_wait_begins()
        var watched = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        while true {
            let count = poll(&watched, 1, patience)
            if count >= 0 || errno != EINTR { return count > 0 }
        }
    }

    /// Sends a few bytes; a peer that does not take them has no need of them.
    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }

    /// Lets the peer read to the end, by reading what it still sends up to its own end: closing on unread bytes
    /// would break off the reply. Its length in time is the caller's to limit.
    func linger() {
        guard shutdown(descriptor, Int32(SHUT_WR)) == 0 else { return }
        withUnsafeTemporaryAllocation(byteCount: 16 * 1_024, alignment: 16) { buffer in
            while Self.receive(from: descriptor, into: buffer, patience) > 0 {}
        }
    }
}
