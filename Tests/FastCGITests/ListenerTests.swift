import Foundation
import Glibc
import Testing

@testable import FastCGI

@Suite struct ListenerTests {
    private func scratch() -> String {
        FileManager.default.temporaryDirectory.path + "/outlet-\(UUID().uuidString.prefix(8)).sock"
    }

    @Test func `the socket's mode is 0660`() throws {
        let path = scratch()
        let listener = try FastCGIListener.unix(path: path)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o660)
        listener.end()
        #expect(access(path, F_OK) != 0)
    }

    @Test func `a socket that is listened on is not taken over`() throws {
        let path = scratch()
        let first = try FastCGIListener.unix(path: path)
        defer { first.end() }
        #expect { try FastCGIListener.unix(path: path) } throws: { "\($0)".contains("another process") }
        #expect((try? Client(path)) != nil)
    }

    @Test func `a socket left over is replaced, and another file is not`() throws {
        let path = scratch()
        let stale = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #expect(try UnixAddress(path).with { bind(stale, $0, $1) } == 0)
        close(stale)
        try FastCGIListener.unix(path: path).end()
        #expect(FileManager.default.createFile(atPath: path, contents: Data("mine".utf8)))
        defer { unlink(path) }
        #expect { try FastCGIListener.unix(path: path) } throws: { "\($0)".contains("not a socket") }
        #expect(FileManager.default.contents(atPath: path) == Data("mine".utf8))
    }

    @Test func `a path that is too long is refused`() {
        let path = "/tmp/" + String(repeating: "a", count: 120)
        #expect { try FastCGIListener.open(path) } throws: { "\($0)".contains("107") }
    }

    @Test(arguments: [
        "0.0.0.0:9000", "192.0.2.1:9000", ":9000", "[::]:9000", "9000", "127.0.0.1:", "127.0.0.1:99999",
        "host",
    ])
    func `only loopback addresses are listened on`(address: String) {
        #expect(throws: FastCGIFault.self) { try FastCGIListener.open(address) }
    }

    @Test(arguments: ["127.0.0.1:0", "localhost:0"])
    func `loopback addresses are listened on`(address: String) throws {
        try FastCGIListener.open(address).end()
    }
}
