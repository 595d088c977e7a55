import Testing

@testable import Outbound

@Suite struct `An address` {
    @Test(arguments: [
        "http://example.org/", "http://10.0.0.1/", "ftp://example.org/", "file:///etc/passwd", "gopher://x/",
        "https://", "https://user@example.org/", "https://user:word@example.org/",
        "https://example.org/#part", "https://example.org/a b", "https://example.org/\r\nX: 1",
        "https://ex\\ample/",
        "https://exämple.org/", "//example.org/", "example.org", "", "http://127.0.0.1.example.org/",
        "http://localhost.example.org/", "http://127.evil/", "https://example.org:99999/",
    ])
    func `that is not plainly https, or http to this machine, is none`(text: String) {
        #expect(OutboundURL(text) == nil)
    }

    @Test(arguments: [
        ("https://Example.org/a?b=c", "example.org", true),
        ("https://[2606:4700::1]:444/", "[2606:4700::1]", true),
        ("http://127.0.0.1:8080/", "127.0.0.1", false), ("http://localhost/", "localhost", false),
        ("http://[::1]:80/", "[::1]", false), ("http://0x7f.1/", "127.0.0.1", false),
    ])
    func `is read as libcurl reads it`(text: String, host: String, isSecure: Bool) throws {
        let url = try #require(OutboundURL(text))
        #expect(url.host == host && url.isSecure == isSecure)
    }

    @Test(
        arguments: [
            ([8, 8, 8, 8], .global), ([127, 0, 0, 1], .loopback), ([127, 9, 9, 9], .loopback),
            ([10, 0, 0, 1], .privateNetwork), ([172, 15, 0, 1], .global), ([172, 16, 0, 1], .privateNetwork),
            ([172, 31, 9, 1], .privateNetwork), ([172, 32, 0, 1], .global),
            ([192, 168, 1, 1], .privateNetwork),
            ([100, 63, 0, 1], .global), ([100, 64, 0, 1], .privateNetwork), ([100, 128, 0, 1], .global),
            ([169, 254, 169, 254], .never), ([0, 0, 0, 0], .never), ([224, 0, 0, 1], .never),
            ([255, 255, 255, 255], .never), ([198, 18, 0, 1], .never), ([192, 0, 0, 8], .never),
        ] as [([UInt8], NetworkAddress.Zone)])
    func `of IPv4 is in its zone`(bytes: [UInt8], zone: NetworkAddress.Zone) {
        #expect(NetworkAddress(bytes: bytes).zone == zone)
        let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff] + bytes
        #expect(NetworkAddress(bytes: mapped).zone == zone, "and so is ::ffff:… of it")
        let translated = [0, 0x64, 0xff, 0x9b] + [UInt8](repeating: 0, count: 8) + bytes
        #expect(NetworkAddress(bytes: translated).zone == zone, "and so is 64:ff9b::… of it")
    }

    @Test(
        arguments: [
            ([0x26, 0x06, 0x47, 0], .global), ([0xfd, 0, 0, 0], .privateNetwork),
            ([0xfc, 0, 0, 0], .privateNetwork),
            ([0xfe, 0x80, 0, 0], .never), ([0xff, 0x02, 0, 0], .never), ([0x20, 0x01, 0x0d, 0xb8], .never),
            ([0x20, 0x02, 10, 0], .never), ([0x20, 0x01, 0, 0], .never), ([0x20, 0x01, 0x48, 0x60], .global),
            ([0xfe, 0xc0, 0, 0], .never), ([0x01, 0, 0, 0], .never), ([0, 0, 0, 1], .never),
        ] as [([UInt8], NetworkAddress.Zone)])
    func `of IPv6 is in its zone`(start: [UInt8], zone: NetworkAddress.Zone) {
        #expect(NetworkAddress(bytes: start + [UInt8](repeating: 1, count: 12)).zone == zone)
    }

    @Test func `of IPv6 that is zero, or one, is nobody and ourselves`() {
        let zeros = [UInt8](repeating: 0, count: 15)
        #expect(NetworkAddress(bytes: zeros + [0]).zone == .never)
        #expect(NetworkAddress(bytes: zeros + [1]).zone == .loopback)
        #expect(NetworkAddress(bytes: zeros + [2]).zone == .never)
    }

    @Test func `in the clear is reached on this machine only`() {
        let policy = OutboundPolicy(reach: .privateAddresses)
        #expect(policy.allows(NetworkAddress(bytes: [127, 0, 0, 1]), secure: false))
        #expect(!policy.allows(NetworkAddress(bytes: [10, 0, 0, 1]), secure: false))
        #expect(!policy.allows(NetworkAddress(bytes: [8, 8, 8, 8]), secure: false))
        #expect(policy.allows(NetworkAddress(bytes: [10, 0, 0, 1]), secure: true))
        #expect(!policy.allows(NetworkAddress(bytes: [169, 254, 169, 254]), secure: true))
    }
}

@Suite struct `A header` {
    private func fault(_ name: String, _ value: String) -> String? {
        OutboundRequest(.get, OutboundURL("https://example.org/")!, headers: [(name, value)]).fault
    }

    @Test(arguments: [
        ("X-A", "b\r\nX-Evil: 1"), ("X-A", "b\nX-Evil: 1"), ("X-A", "b\rc"), ("X-A", "b\u{0}"),
        ("X-A", "\u{7f}"),
        ("X-A\r\nX-Evil", "b"), ("X A", "b"), ("", "b"), ("X:A", "b"), ("Ä", "b"),
        ("Host", "evil.example"), ("content-length", "7"), ("Transfer-Encoding", "chunked"), ("Expect", "x"),
        ("X-A", String(repeating: "x", count: 16_385)),
    ])
    func `that could break out, or frames the request, is refused`(name: String, value: String) throws {
        let rule = try #require(fault(name, value))
        #expect(!rule.contains("evil") && !rule.contains("X-A"), "the rule repeats nothing of it")
    }

    @Test(arguments: [
        ("Authorization", "Bearer x"), ("X-A", ""), ("x-a", "ä"), ("X-A", "a\tb"), ("!#$", "~"),
    ])
    func `of the usual kind passes`(name: String, value: String) {
        #expect(fault(name, value) == nil)
    }
}
