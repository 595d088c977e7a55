import Glibc

/// The address of a Unix socket; checked, since a path that is too long would be cut off silently.
package struct UnixAddress: Sendable {
    private let path: [UInt8]

    package init(_ path: String) throws {
        self.path = Array(path.utf8)
        let longest = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
        guard 1...longest ~= self.path.count, !self.path.contains(0) else {
            throw FastCGIFault(
                "the socket path \(path) is longer than \(longest) bytes; choose a shorter folder")
        }
    }

    package func with<Answer>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer) -> Answer {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
