import Foundation
import Glibc
import Providers
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SSHBannerTests {
    @Test(arguments: [
        ("SSH-2.0-OpenSSH_9.2p1\r\n", "SSH-2.0-OpenSSH_9.2p1"), ("SSH-2.0-x\nmore", "SSH-2.0-x"),
        ("Not allowed at this time\r\n", "Not allowed at this time"),
    ])
    func `a server that shows its banner answers`(sent: String, read: String) async throws {
        let server = try BannerServer([(0, sent)])
        #expect(try await SSHBanner.read(host: "127.0.0.1", port: server.port, timeout: .seconds(10)) == read)
    }

    @Test func `a late banner in pieces counts within the time`() async throws {
        let server = try BannerServer([(200_000, "SSH-"), (200_000, "2.0-late"), (200_000, "\r\n")])
        #expect(
            try await SSHBanner.read(host: "localhost", port: server.port, timeout: .seconds(20))
                == "SSH-2.0-late")
    }

    @Test func `a server that closes, babbles, is silent or absent does not answer`() async throws {
        let closing = try BannerServer([(0, "SSH-2.0")])
        await #expect(throws: SSHBanner.Fault.closed) { try await read(closing.port) }
        let babbling = try BannerServer([(0, "HTTP/1.1 400 Bad Request\r\n")])
        await #expect(throws: SSHBanner.Fault.notSSH("HTTP/1.1 400 Bad Request")) {
            try await read(babbling.port)
        }
        let endless = try BannerServer([(0, String(repeating: "x", count: 300))])
        await #expect(throws: SSHBanner.Fault.notSSH(String(repeating: "x", count: 255))) {
            try await read(endless.port)
        }
        let silent = try BannerServer([(5_000_000, "SSH-2.0-too-late\r\n")])
        await #expect(throws: SSHBanner.Fault.timedOut) {
            try await SSHBanner.read(host: "127.0.0.1", port: silent.port, timeout: .milliseconds(200))
        }
        let absent = try BannerServer([])
        absent.close()
        await #expect(throws: SSHBanner.Fault.unreachable("Connection refused")) {
            try await read(absent.port)
        }
    }

    private func read(_ port: Int) async throws -> String {
        try await SSHBanner.read(host: "127.0.0.1", port: port, timeout: .seconds(10))
    }
}

/// Accepts one connection, sends each text after its microseconds, and closes.
private final class BannerServer: Sendable {
    let port: Int
    private let descriptor: Int32

    init(_ script: [(useconds_t, String)]) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (listener, length) = (descriptor, size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 4) == 0
                    && getsockname(listener, pointer, &size) == 0
            }
        }
        try #require(bound)
        port = Int(UInt16(bigEndian: address.sin_port))
        guard !script.isEmpty else { return }
        Thread.detachNewThread {
            let connection = accept(listener, nil, nil)
            for (pause, text) in script {
                usleep(pause)
                _ = send(connection, text, text.utf8.count, Int32(MSG_NOSIGNAL))
            }
            Glibc.close(connection)
            Glibc.close(listener)
        }
    }

    func close() { Glibc.close(descriptor) }
}
