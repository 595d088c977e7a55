import Foundation
import Glibc
import Testing

@testable import FastCGI

/// One FastCGI connection as nginx would make it, in the open so that tests can also do it wrong.
final class Client {
    struct Reply {
        let output: [UInt8]
        let ended: Bool  // Whether FCGI_END_REQUEST came.
        var text: String { String(decoding: output, as: UTF8.self) }
        var body: String {
            text.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
        }
    }

    let descriptor: Int32

    init(_ path: String) throws {
        let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        descriptor = made
        try #require(try UnixAddress(path).with { connect(made, $0, $1) } == 0)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Everything up to the end of the connection.
    func receive() -> Reply {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        var output: [UInt8] = []
        var ended = false
        var rest = bytes[...]
        while rest.count >= 8 {
            let head = Array(rest.prefix(8))
            let length = Int(head[4]) << 8 | Int(head[5])
            let content = rest.dropFirst(8).prefix(length)
            if head[1] == 6 { output += content }
            if head[1] == 3 { ended = true }
            rest = rest.dropFirst(8 + length + Int(head[6]))
        }
        return Reply(output: output, ended: ended)
    }
}

/// The records of FastCGI 1.0, request id 1.
enum Wire {
    static func record(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
        [1, type, 0, 1, UInt8(content.count >> 8), UInt8(content.count & 255), 0, 0] + content
    }

    static func begin(role: UInt8 = 1, keep: Bool = false) -> [UInt8] {
        record(1, [0, role, keep ? 1 : 0, 0, 0, 0, 0, 0])
    }

    static func stream(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
        stride(from: 0, to: content.count, by: 60_000).flatMap {
            record(type, Array(content[$0..<min($0 + 60_000, content.count)]))
        } + record(type, [])
    }

    static func length(_ count: Int) -> [UInt8] {
        count < 128
            ? [UInt8(count)]
            : [
                UInt8(count >> 24) | 0x80, UInt8(count >> 16 & 255), UInt8(count >> 8 & 255),
                UInt8(count & 255),
            ]
    }

    static func parameters(_ pairs: [(String, String)]) -> [UInt8] {
        stream(
            4,
            pairs.flatMap { length($0.utf8.count) + length($1.utf8.count) + Array($0.utf8) + Array($1.utf8) })
    }

    static func head(_ method: String, _ target: String, length: Int, _ more: [(String, String)] = [])
        -> [UInt8]
    {
        begin()
            + parameters(
                [
                    ("REQUEST_METHOD", method), ("REQUEST_URI", target), ("REMOTE_ADDR", "192.0.2.7"),
                    ("CONTENT_LENGTH", length == 0 ? "" : "\(length)"),
                ] + more)
    }

    static func request(
        _ method: String = "GET", _ target: String = "/echo", body: [UInt8] = [],
        _ more: [(String, String)] = []
    ) -> [UInt8] {
        head(method, target, length: body.count, more) + stream(5, body)
    }
}
