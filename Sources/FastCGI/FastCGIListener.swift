import CSupport
import Glibc

/// A listening socket. It does not block: who comes too late for a connection goes on waiting.
package struct FastCGIListener: Sendable {
    let descriptor: Int32
    package let name: String  // For people: the path, the address, or where it was inherited from.
    private let path: String?  // Ours to remove at the end.

    private init(descriptor: Int32, name: String, path: String? = nil) {
        self.descriptor = descriptor
        self.name = name
        self.path = path
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// A socket that the parent handed over: on descriptor 0 (spawn-fcgi, systemd with `StandardInput=socket`), or
    /// on 3 when systemd's `LISTEN_PID` names this process. Nil when there is none.
    package static func inherited() -> FastCGIListener? {
        if isListening(0) { return FastCGIListener(descriptor: 0, name: "inherited on descriptor 0") }
        guard let listenPID = getenv("LISTEN_PID"), String(cString: listenPID) == "\(getpid())",
            let count = getenv("LISTEN_FDS"), (Int32(String(cString: count)) ?? 0) >= 1, isListening(3)
        else { return nil }
        return FastCGIListener(descriptor: 3, name: "inherited on descriptor 3")
    }

    /// `127.0.0.1:PORT` or `[::1]:PORT`; anything with a slash is a path.
    package static func open(_ address: String) throws -> FastCGIListener {
        if address.contains("/") { return try unix(path: address) }
        return try loopback(address)
    }

    /// A Unix socket with mode 0660. Who may reach it is a matter of the folder's mode too. One left over, with
    /// nobody listening, is replaced.
    /// - Throws: `FastCGIFault` when the path is too long, not a socket, or somebody listens there.
    package static func unix(path: String) throws -> FastCGIListener {
        let address = try UnixAddress(path)
        try removeStale(path, address)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw FastCGIFault.system("cannot make a socket") }
        // Nobody can connect before listen(), so the mode is right before it matters.
        guard address.with({ bind(descriptor, $0, $1) }) == 0, chmod(path, 0o660) == 0,
            listen(descriptor, 512) == 0
        else {
            let fault = FastCGIFault.system("cannot listen on \(path)")
            close(descriptor)
            throw fault
        }
        return FastCGIListener(descriptor: descriptor, name: path, path: path)
    }

    private static func removeStale(_ path: String, _ address: UnixAddress) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw FastCGIFault("cannot listen on \(path): something that is not a socket is there")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        defer { close(probe) }
        guard address.with({ connect(probe, $0, $1) }) != 0, errno == ECONNREFUSED else {
            throw FastCGIFault("cannot listen on \(path): another process does")
        }
        guard unlink(path) == 0 else { throw FastCGIFault.system("cannot remove the old socket \(path)") }
    }

    /// Over TCP anyone on the machine may connect; from outside it, nobody must.
    private static func loopback(_ text: String) throws -> FastCGIListener {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let last = parts.last, let port = UInt16(last), parts.count >= 2 else {
            throw FastCGIFault("\(text) is neither a path (with a slash) nor ADDRESS:PORT")
        }
        let host = text.dropLast(last.count + 1)
        switch host {
        case "127.0.0.1", "localhost":
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return try tcp(AF_INET, address, name: text)
        case "[::1]":
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            return try tcp(AF_INET6, address, name: text)
        default:
            throw FastCGIFault(
                "refusing to listen on \(text): only 127.0.0.1, [::1] or a Unix socket, behind nginx")
        }
    }

    private static func tcp<Address>(_ family: Int32, _ address: Address, name: String) throws
        -> FastCGIListener
    {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw FastCGIFault.system("cannot make a socket") }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard bound == 0, listen(descriptor, 512) == 0 else {
            let fault = FastCGIFault.system("cannot listen on \(name)")
            close(descriptor)
            throw fault
        }
        return FastCGIListener(descriptor: descriptor, name: name)
    }

    private static func isListening(_ descriptor: Int32) -> Bool {
        var answer: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &answer, &size) == 0 && answer != 0
    }

    /// A connection that waits to be taken; nil when there is none, or none could be taken now.
    /// - Throws: `FastCGIFault` when there will never be one again.
    func accept() throws -> Int32? {
        let connection = outlet_accept(descriptor, Int32(SOCK_CLOEXEC.rawValue))
        if connection >= 0 { return connection }
        switch errno {
        case EAGAIN, EINTR, ECONNABORTED, EPROTO: break
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: usleep(50_000)  // Others give theirs back soon.
        default: throw FastCGIFault.system("cannot accept on \(name)")
        }
        return nil
    }

    /// Ends listening; a path that this process made goes too. What systemd handed over stays.
    func end() {
        close(descriptor)
        if let path { unlink(path) }
    }
}
