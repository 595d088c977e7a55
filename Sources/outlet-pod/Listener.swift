import CSupport
import Glibc

/// The port at which a pod answers. It is bound first, and listens once it has been recorded.
struct Listener {
    let descriptor: Int32
    let port: Int

    /// Takes a free port of the range. SO_REUSEADDR stays off: a bound port then is ours alone, and one that
    /// just ended rests for a minute. The search starts anywhere, so that a port, and with it an entry in a
    /// renter's known_hosts, seldom comes back with another host key.
    init(_ plan: Plan) {
        let first = Int.random(in: plan.ports)
        for port in Array(first...plan.ports.upperBound) + Array(plan.ports.lowerBound..<first) {
            if let descriptor = Self.bound(plan.address, port) {
                self.descriptor = descriptor
                self.port = port
                return
            }
        }
        fail(
            "no free port in \(plan.ports.lowerBound)-\(plan.ports.upperBound) at \(plan.address)",
            code: EADDRINUSE)
    }

    func listen() {
        guard Glibc.listen(descriptor, 64) == 0 else { fail("listen") }
    }

    /// One connection, closed at exec, or nil when there is none after all.
    func accept() -> Int32? {
        let connection = outlet_accept(descriptor, Int32(SOCK_CLOEXEC.rawValue))
        return connection < 0 ? nil : connection
    }

    private static func bound(_ address: String, _ port: Int) -> Int32? {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, String(port), &hints, &found) == 0, let info = found?.pointee else {
            fail("the bind address \(address) is not numeric", code: EINVAL)
        }
        defer { freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(info.ai_family, kind, 0)
        guard descriptor >= 0 else { fail("socket") }
        if bind(descriptor, info.ai_addr, info.ai_addrlen) == 0 { return descriptor }
        guard errno == EADDRINUSE || errno == EACCES else { fail("bind \(address)") }
        close(descriptor)
        return nil
    }
}
