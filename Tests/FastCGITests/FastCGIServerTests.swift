import Foundation
import Glibc
import Testing

@testable import FastCGI

extension Server {
    func reply(to bytes: [UInt8]) throws -> Client.Reply {
        let client = try Client(path)
        client.send(bytes)
        return client.receive()
    }
}

@Suite(.serialized) struct FastCGIServerTests {
    @Test func `a request is answered, and its connection ended, kept or not`() throws {
        let server = try Server()
        defer { server.end() }
        let reply = try server.reply(to: Wire.request())
        #expect(reply.text == "Status: 200 OK\r\nX-Echo: GET /echo 0\r\nContent-Length: 1\r\n\r\n-")
        #expect(reply.ended)
        let kept =
            Wire.begin(keep: true) + Wire.parameters([("REQUEST_URI", "/"), ("REQUEST_METHOD", "GET")])
            + Wire.stream(5, [])
        #expect(try server.reply(to: kept).ended)
        #expect(try server.reply(to: Wire.request("HEAD")).text.hasSuffix("Content-Length: 1\r\n\r\n"))
    }

    @Test func `a large body arrives and returns whole, and one too large is refused`() throws {
        let server = try Server()
        defer { server.end() }
        let body = (0..<262_144).map { _ in UInt8.random(in: 0...255) }
        let reply = try server.reply(to: Wire.request("POST", "/v1/webhooks/stripe", body: body))
        let isWhole = reply.output.suffix(body.count).elementsEqual(body)
        #expect(isWhole)
        #expect(try server.reply(to: Wire.request("POST", "/v1/x", body: body)).text.hasPrefix("Status: 400"))
        let huge = [UInt8](repeating: 1, count: 2_000_000)
        #expect(
            try server.reply(to: Wire.request("POST", "/v1/webhooks/stripe", body: huge)).text.hasPrefix(
                "Status: 400"))
    }

    @Test func `a streamed reply comes whole, and one that breaks off does not look whole`() throws {
        let server = try Server()
        defer { server.end() }
        let whole = try server.reply(to: Wire.request("GET", "/stream"))
        #expect(whole.body.utf8.count == 2_000_000)
        #expect(whole.ended)
        #expect(try !server.reply(to: Wire.request("GET", "/broken")).ended)
    }

    @Test func `a half-sent body is refused, and never waited for without end`() throws {
        var patience = FastCGIServer.Patience()
        patience.stalled = .seconds(1)
        patience.receiving = .seconds(2)
        let server = try Server(threads: 1, patience: patience)
        defer { server.end() }
        let closed = try Client(server.path)
        closed.send(Wire.head("POST", "/v1/x", length: 100) + Wire.record(5, [1, 2, 3]))
        closed.finishSending()
        #expect(closed.receive().text.hasPrefix("Status: 400"))
        let silent = try Client(server.path)
        silent.send(Wire.head("POST", "/v1/x", length: 100) + Wire.record(5, [1, 2, 3]))
        let mute = try Client(server.path)  // Says nothing at all.
        let partial = try Client(server.path)
        partial.send(Array(Wire.request().prefix(30)))
        #expect(try server.reply(to: Wire.request()).ended)
        withExtendedLifetime((silent, mute, partial)) {}
    }

    @Test func `a byte a second does not hold a thread`() throws {
        var patience = FastCGIServer.Patience()
        patience.receiving = .seconds(1)
        patience.closing = .seconds(1)
        let server = try Server(threads: 1, patience: patience)
        defer { server.end() }
        let slow = try Client(server.path)
        let started = ContinuousClock.now
        var bytes = Wire.request()[...]
        while slow.send([bytes.removeFirst()]), ContinuousClock.now - started < .seconds(8), !bytes.isEmpty {
            usleep(200_000)
        }
        #expect(ContinuousClock.now - started < .seconds(4))
        #expect(try server.reply(to: Wire.request()).ended)
    }

    @Test func `clients that hang up at any byte do no harm`() throws {
        let server = try Server()
        defer { server.end() }
        let bytes = Wire.request("POST", "/stream", body: Array("hello".utf8))
        for count in 0..<bytes.count { try Client(server.path).send(Array(bytes.prefix(count))) }
        for _ in 0..<20 { try Client(server.path).send(Wire.request("GET", "/stream")) }
        #expect(try server.reply(to: Wire.request()).ended)
    }

    @Test func `ill-formed parameters do no harm`() throws {
        let server = try Server()
        defer { server.end() }
        let contents: [[UInt8]] = [
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x41],
            [5, 0x7F, 0x41], [0, 0, 0, 0, 0, 0], [0xFF], [3, 1, 0x3D, 0x3D, 0, 0x3D], [0x7F, 0x7F],
        ]
        for content in contents {
            let client = try Client(server.path)
            client.send(Wire.begin() + Wire.record(4, content) + Wire.record(4, []) + Wire.record(5, []))
            client.finishSending()
            #expect(!client.receive().text.hasPrefix("Status: 200"))
        }
        let many = (0..<400).map { ("HTTP_X_\($0)", "1") }
        #expect(try server.reply(to: Wire.request("GET", "/", many)).text.hasPrefix("Status: 431"))
        #expect(try server.reply(to: Wire.request()).ended)
    }

    @Test(.timeLimit(.minutes(1)))
    func `10,000 requests of random bytes and 1,000 altered ones neither crash nor leak`() throws {
        let server = try Server()
        defer { server.end() }
        var generator = SplitMix(state: 7)
        try noise(2_000, altered: 500, at: server, &generator)  // Warms the allocator.
        // Other suites open files and fill memory beside this one, now and then; a leak grows each time.
        let grows = try (0..<3).allSatisfy { _ in
            let before = try Usage.now()
            try noise(10_000, altered: 1_000, at: server, &generator)
            let after = try Usage.now()
            return after.descriptors > before.descriptors + 8
                || after.residentKiB > before.residentKiB + 8_192
        }
        #expect(!grows)
        #expect(try server.reply(to: Wire.request()).ended)
    }

    /// Random bytes and random contents in well-formed records, in turn; then good requests with bytes changed.
    private func noise(_ count: Int, altered: Int, at server: Server, _ generator: inout SplitMix) throws {
        for turn in 0..<(count + altered) {
            var bytes = (0..<Int.random(in: 0...100, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if turn >= count {
                bytes = Wire.request("POST", "/echo", body: bytes)
                for _ in 0..<3 {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
                        in: 0...255, using: &generator)
                }
            } else if turn % 2 == 1 {
                bytes = Wire.begin() + Wire.record(UInt8.random(in: 0...12, using: &generator), bytes) + bytes
            }
            let client = try Client(server.path)
            client.send(bytes)
            client.finishSending()
            _ = client.receive()
        }
    }

    @Test func `told to stop, it finishes what is in work and takes nothing new`() throws {
        let server = try Server()
        let client = try Client(server.path)
        client.send(Wire.request("GET", "/slow"))
        #expect(server.slowStarted.wait(timeout: .now() + 5) == .success)
        server.end()
        #expect(client.receive().text.hasSuffix("slow but done"))
        #expect(server.done.wait(timeout: .now() + 5) == .success)
        #expect(!FileManager.default.fileExists(atPath: server.path))
    }

    @Test func `told to stop while a request hangs, it ends in time all the same`() throws {
        var patience = FastCGIServer.Patience()
        patience.ending = .milliseconds(200)
        let server = try Server(patience: patience)
        let client = try Client(server.path)
        client.send(Wire.request("GET", "/slow"))
        #expect(server.slowStarted.wait(timeout: .now() + 5) == .success)
        server.end()
        #expect(server.done.wait(timeout: .now() + .milliseconds(450)) == .success)
        withExtendedLifetime(client) {}
    }
}

/// What this process holds.
struct Usage {
    let residentKiB: Int
    let descriptors: Int

    static func now() throws -> Usage {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
        return Usage(
            residentKiB: Int(pages)! * Int(getpagesize()) / 1_024,
            descriptors: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count)
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
