import Glibc
import Synchronization

/// TCP ports of 127.0.0.1 that nobody listens on at the moment of asking.
package enum FreePort {
    /// A port that this process has not handed out before.
    /// - Throws: `TestFault` when the system has none.
    package static func next() throws -> Int { try range(of: 1).lowerBound }

    /// `count` neighbouring ports, below the range from which the system picks ports by itself.
    package static func range(of count: Int) throws -> ClosedRange<Int> {
        for _ in 0..<200 {
            let first = cursor.withLock { cursor in
                if cursor + count > 31_999 { cursor = 12_000 }
                defer { cursor += count }
                return cursor
            }
            let range = first...(first + count - 1)
            if range.allSatisfy(isFree) { return range }
        }
        throw TestFault("no \(count) free ports in a row")
    }

    private static let cursor = Mutex(Int.random(in: 12_000..<30_000))

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) == 0 }
        }
    }
}
