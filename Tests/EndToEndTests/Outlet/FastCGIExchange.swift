import Foundation
import Glibc
import TestSupport

/// One request to a FastCGI responder, sent piece by piece, as no well-behaved front would.
final class FastCGIExchange {
    private enum Kind: UInt8 { case begin = 1, end = 3, parameters = 4, input = 5, output = 6 }

    private let descriptor: Int32

    /// Connects and sends everything up to the body.
    init(socket path: String, parameters: [String: String]) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard status == 0 else { throw TestFault("connect \(path): \(String(cString: strerror(errno)))") }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        try send(.begin, [0, 1, 0, 0, 0, 0, 0, 0])  // A responder, which closes the connection afterwards.
        let pairs = parameters.flatMap { name, value in
            [UInt8(name.utf8.count), UInt8(value.utf8.count)] + Array(name.utf8) + Array(value.utf8)
        }
        try send(.parameters, pairs)
        try send(.parameters, [])
    }

    deinit { close(descriptor) }

    /// A piece of the body; an empty one is its end.
    func send(body: [UInt8]) throws { try send(.input, body) }

    /// All that it answers on its standard output.
    func reply() throws -> String {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count != 0 {
            guard count > 0 else {
                throw TestFault("no end of the reply: \(String(decoding: received, as: UTF8.self))")
            }
            received += buffer[..<count]
        }
        var text: [UInt8] = []
        var rest = received[...]
        while rest.count >= 8 {
            let head = Array(rest.prefix(8))
            let (length, padding) = (Int(head[4]) << 8 | Int(head[5]), Int(head[6]))
            if head[1] == Kind.output.rawValue { text += rest.dropFirst(8).prefix(length) }
            rest = rest.dropFirst(8 + length + padding)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func send(_ kind: Kind, _ content: [UInt8]) throws {
        let head: [UInt8] = [
            1, kind.rawValue, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 0xFF), 0, 0,
        ]
        let bytes = head + content
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw TestFault("send: \(String(cString: strerror(errno)))")
        }
    }
}
