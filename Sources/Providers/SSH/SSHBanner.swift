import Dispatch
import Glibc

/// Asks a port whether an SSH server answers there: a TCP connect alone proves nothing.
package enum SSHBanner {
    package enum Fault: Error, Hashable, Sendable {
        case unreachable(String)
        case closed  // Before a whole line.
        case timedOut
        case notSSH(String)  // What came instead.
    }

    /// The first line that `host` sends at `port`, at most 255 bytes, without its line end. A server that says
    /// "Not allowed at this time" (OpenSSH's penalty for callers like us) lives, too.
    /// - Throws: `Fault`; `timedOut` when the line is not complete after `timeout`.
    package static func read(host: String, port: Int, timeout: Duration) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try Probe(timeout: timeout).run(host: host, port: port) })
            }
        }
    }

    private static let queue = DispatchQueue(label: "ssh-banner", attributes: .concurrent)
}

/// One connection, until its deadline.
private struct Probe {
    let deadline: ContinuousClock.Instant

    init(timeout: Duration) { deadline = .now + timeout }

    func run(host: String, port: Int) throws -> String {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let info = found?.pointee else {
            throw SSHBanner.Fault.unreachable("the name \(host) has no address")
        }
        defer { freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(info.ai_family, kind, 0)
        guard descriptor >= 0 else { throw unreachable(errno) }
        defer { close(descriptor) }
        if Glibc.connect(descriptor, info.ai_addr, info.ai_addrlen) != 0 {
            guard errno == EINPROGRESS else { throw unreachable(errno) }
            try wait(descriptor, for: POLLOUT)
            var error: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
            guard error == 0 else { throw unreachable(error) }
        }
        return try line(from: descriptor)
    }

    private func line(from descriptor: Int32) throws -> String {
        var bytes: [UInt8] = []
        while bytes.count < 255, !bytes.contains(UInt8(ascii: "\n")) {
            try wait(descriptor, for: POLLIN)
            var buffer = [UInt8](repeating: 0, count: 255 - bytes.count)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { throw SSHBanner.Fault.closed }
            bytes += buffer.prefix(count)
        }
        let text = String(
            decoding: bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        guard text.hasPrefix("SSH-2.0-") || text.hasPrefix("Not allowed at this time") else {
            throw SSHBanner.Fault.notSSH(text)
        }
        return text
    }

    private func wait(_ descriptor: Int32, for event: Int32) throws {
        while true {
            let left = deadline - .now
            guard left > .zero else { throw SSHBanner.Fault.timedOut }
            let milliseconds = Int32(
                clamping: left.components.seconds * 1_000 + left.components.attoseconds
                    / 1_000_000_000_000_000)
            var poll = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            if Glibc.poll(&poll, 1, milliseconds + 1) > 0 { return }
        }
    }

    private func unreachable(_ code: Int32) -> SSHBanner.Fault {
        .unreachable(String(cString: strerror(code)))
    }
}
