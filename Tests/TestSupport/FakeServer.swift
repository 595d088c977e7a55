import Foundation
import Glibc

/// An HTTP server of the tests, on a port of its own: each connection is one request and one reply.
package final class FakeServer: Sendable {
    package struct Request: Sendable {
        package let method: String
        package let path: String  // As sent, still encoded.
        package let query: [(name: String, value: String)]  // Decoded.
        package let headers: [String: String]  // Names in lower case.
        package let body: [UInt8]

        package init(
            method: String, path: String, query: [(name: String, value: String)], headers: [String: String],
            body: [UInt8]
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = headers
            self.body = body
        }
    }

    package enum Reply: Sendable {
        case answer(Int, headers: [String: String] = [:], body: String)
        case start(body: String)  // An answer that never ends.
        case drop  // Hangs up without a word.
        case silence  // Holds the connection until the other side hangs up.
    }

    package let port: Int
    private let listener: Int32
    private let handle: @Sendable (Request) -> Reply

    package init(_ handle: @escaping @Sendable (Request) -> Reply) throws {
        self.handle = handle
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, $0, &size) == 0
            }
        }
        guard isBound else { throw TestFault("no port for a server: \(String(cString: strerror(errno)))") }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [handle] in
            // Closed here only: its number, given to another server, would bring that one's callers to this thread.
            defer { close(listener) }
            while true {
                let caller = accept(listener, nil, nil)
                if caller < 0 {
                    if errno == EINTR || errno == ECONNABORTED { continue }
                    return
                }
                Thread.detachNewThread { serve(caller, handle) }
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    package var url: String { "http://127.0.0.1:\(port)" }
}

private func serve(_ caller: Int32, _ handle: (FakeServer.Request) -> FakeServer.Reply) {
    defer { close(caller) }
    guard let request = readRequest(caller) else { return }
    switch handle(request) {
    case .drop: return
    case .silence: waitForEnd(caller)
    case .start(let body):
        write(caller, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + body)
        waitForEnd(caller)
    case .answer(let status, let headers, let body):
        let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
        write(
            caller,
            "HTTP/1.1 \(status) Reply\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\(lines)\r\n"
                + (status == 204 ? "" : body))
    }
}

private func readRequest(_ caller: Int32) -> FakeServer.Request? {
    var bytes: [UInt8] = []
    let mark = Array("\r\n\r\n".utf8)
    var head: Int?
    var length = 0
    while head == nil || bytes.count < head! + length {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(caller, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        bytes += buffer.prefix(count)
        if head == nil, let end = bytes.firstRange(of: mark)?.upperBound {
            head = end
            length = headers(bytes[..<end])["content-length"].flatMap { Int($0) } ?? 0
        }
    }
    guard let head else { return nil }
    let first = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self).split(separator: " ").map(
        String.init)
    let target = first[1].split(separator: "?", maxSplits: 1).map(String.init)
    let pairs = (target.count > 1 ? target[1] : "").split(separator: "&").map { pair in
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
            $0.removingPercentEncoding ?? String($0)
        }
        return (name: parts[0], value: parts.count > 1 ? parts[1] : "")
    }
    return FakeServer.Request(
        method: first[0], path: target[0], query: pairs, headers: headers(bytes[..<head]),
        body: Array(bytes[head...].prefix(length)))
}

private func headers(_ head: ArraySlice<UInt8>) -> [String: String] {
    let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n").dropFirst()
    return Dictionary(
        lines.compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return parts.count == 2
                ? (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces)) : nil
        }
    ) { first, _ in first }
}

private func write(_ caller: Int32, _ text: String) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
            send(caller, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return }
        sent += count
    }
}

private func waitForEnd(_ caller: Int32) {
    var byte: UInt8 = 0
    while recv(caller, &byte, 1, 0) > 0 {}
}
