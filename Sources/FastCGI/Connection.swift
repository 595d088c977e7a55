import Glibc

/// An accepted connection, closed once.
struct Connection: ~Copyable {
    let descriptor: Int32

    /// - Parameter stalled: how long one read or write may take without progress.
    init(_ descriptor: Int32, stalled: Duration) {
        self.descriptor = descriptor
        let (seconds, attoseconds) = stalled.components
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    deinit { close(descriptor) }

    /// The one request that is taken from it.
    func arrival() throws(Refusal) -> Arrival {
        let descriptor = descriptor
        var reader = RecordReader { Self.receive(from: descriptor, into: $0) }
        return try Arrival(from: &reader) { send($0) }
    }

    /// Fills `buffer` with what has come; 0 when nothing more comes, or not in time.
    private static func receive(from descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        func take(_ flags: Int32) -> Int { recv(descriptor, buffer.baseAddress, buffer.count, flags) }
        let came: Int? = beforeSleep {
            let count = take(Int32(MSG_DONTWAIT))
            return count < 0 ? nil : count
        }
        if let came { return came }
        while true {
            let count = take(0)
            if count < 0, errno == EINTR { continue }
            return max(count, 0)
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
            while Self.receive(from: descriptor, into: buffer) > 0 {}
        }
    }
}
