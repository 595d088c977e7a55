import Testing

@testable import HTTP

/// A well-formed GET, with changes.
private func request(
    _ changes: [(String, String)] = [], target: String = "/v1/rentals", body: [UInt8] = []
) throws(RequestFault) -> Request {
    var parameters = [
        ("REQUEST_METHOD", "GET"), ("REQUEST_URI", target), ("REMOTE_ADDR", "192.0.2.7"),
        ("HTTP_HOST", "gpu.example"),
    ]
    if !body.isEmpty, !changes.contains(where: { $0.0 == "CONTENT_LENGTH" }) {
        parameters.append(("CONTENT_LENGTH", "\(body.count)"))
    }
    return try Request(parameters: parameters + changes, body: body)
}

private func fault(
    _ changes: [(String, String)] = [], target: String = "/v1/rentals", body: [UInt8] = []
) -> RequestFault? {
    do {
        _ = try request(changes, target: target, body: body)
        return nil
    } catch { return error }
}

@Test(
    arguments: [
        ("/", []), ("/v1/rentals", ["v1", "rentals"]), ("/v1/rentals/", ["v1", "rentals", ""]),
        ("/v1/a%20b", ["v1", "a b"]), ("/v1/%C3%A9", ["v1", "é"]), ("/v1/%252e%252e", ["v1", "%2e%2e"]),
        ("/v1/a+b", ["v1", "a+b"]), ("/v1?x=/../", ["v1"]), ("/...", ["..."]), ("/a;b=c", ["a;b=c"]),
    ] as [(String, [String])])
func `a path is decoded once into segments`(target: String, path: [String]) throws {
    #expect(try request(target: target).path == path)
}

@Test(arguments: [
    "/v1/%2Fadmin", "/v1/..%2fadmin", "/v1/a%00", "/v1/../admin", "/v1/%2e%2E/admin", "/v1/.", "/v1//rentals",
    "//v1",
    "/v1/a\\b", "/v1/a%5cb", "/v1/%", "/v1/%2", "/v1/%zz", "/v1/%ff", "/v1/%C0%AF", "/v1/é", "/v1/a b",
    "/v1/a\tb",
    "/v1/%0a", "/v1/%7f", "/v1#x", "http://gpu.example/v1", "v1", "*", "/v1?a=%", "/v1?a=%ff", "/v1?a=%00",
    "/v1?é=1",
    "/v1/a%2", "/v1/%ED%A0%80",
])
func `a path with a second meaning is refused`(target: String) {
    #expect(fault(target: target)?.status == 400)
    #expect(fault(target: target)?.code == "validation_failed")
}

@Test func `a query is decoded in order, plus as space`() throws {
    let query = try request(target: "/v1?a=1&b=x+y&a=%2B2&&flag&c=d=e&=v").query
    #expect(query.map(\.name) == ["a", "b", "a", "flag", "c", ""])
    #expect(query.map(\.value) == ["1", "x y", "+2", "", "d=e", "v"])
}

@Test(arguments: [
    "HTTP_HOST", "HTTP_ORIGIN", "HTTP_AUTHORIZATION", "HTTP_SEC_FETCH_SITE", "HTTP_CONTENT_TYPE",
    "CONTENT_TYPE",
    "CONTENT_LENGTH", "HTTP_CONTENT_LENGTH", "REQUEST_URI", "REQUEST_METHOD", "REMOTE_ADDR", "HTTPS",
    "HTTP_IDEMPOTENCY_KEY", "HTTP_STRIPE_SIGNATURE",
])
func `what may be said once only is refused when said twice`(name: String) {
    #expect(fault([(name, "0"), (name, "0")])?.status == 400)
}

@Test func `cookies may come twice, and both are seen`() throws {
    let request = try request([("HTTP_COOKIE", "a=1; sid=x"), ("HTTP_COOKIE", "sid=\"y\";b")])
    #expect(request.headers["cookie"] == ["a=1; sid=x", "sid=\"y\";b"])
    #expect(Cookies.values(of: "sid", in: request) == ["x", "y"])
    #expect(Cookies.values(of: "si", in: request).isEmpty)
}

@Test func `headers are lower case with dashes, and Proxy is not one of them`() throws {
    let request = try request([
        ("HTTP_SEC_FETCH_SITE", "none"), ("HTTP_PROXY", "http://evil"),
        ("CONTENT_TYPE", "Application/JSON; charset=utf-8"),
        ("HTTP_CONTENT_TYPE", "text/plain"), ("HTTP_X_FORWARDED_FOR", "198.51.100.1"), ("HTTPS", "on"),
    ])
    #expect(request.header("sec-fetch-site") == "none")
    #expect(request.headers["proxy"] == nil)
    #expect(request.hasContentType("application/json"))
    #expect(!request.hasContentType("text/plain"))
    #expect(request.clientAddress == "192.0.2.7")
    #expect(request.isHTTPS)
}

@Test(arguments: [("on", true), ("1", true), ("ON", true), ("off", false), ("", false)])
func `only HTTPS on is HTTPS`(value: String, expected: Bool) throws {
    #expect(try request([("HTTPS", value)]).isHTTPS == expected)
}

@Test(arguments: [
    ("abcd-1234", true), ("short", false), ("with space", false), ("new\nline", false), ("", false),
])
func `an ill-formed request id is replaced`(sent: String, kept: Bool) throws {
    let parameters = [("REQUEST_URI", "/"), ("HTTP_X_REQUEST_ID", sent)]
    let id = (try? Request(parameters: parameters, body: []))?.requestID
    #expect(kept ? id == sent : id != sent)
    #expect(fault([("HTTP_X_REQUEST_ID", "abcd-1234"), ("HTTP_HOST", "x")])?.requestID == "abcd-1234")
    #expect(Request.newRequestID().utf8.count == 32)
    #expect(Request.newRequestID() != Request.newRequestID())
}

@Test func `a body is as long as it says, and within its limit`() throws {
    let body = [UInt8](repeating: 1, count: 64 * 1_024)
    #expect(try request(body: body).body.count == body.count)
    #expect(fault(body: body + [1])?.status == 400)
    #expect(fault(target: "/v1/webhooks/stripe", body: body + [1]) == nil)
    #expect(fault(target: "/api/v1/webhooks/stripe", body: body + [1]) == nil)
    #expect(
        fault(target: "/v1/webhooks/stripe", body: [UInt8](repeating: 1, count: 256 * 1_024 + 1))?.status
            == 400)
}

@Test(arguments: ["4", "2", "-3", "+3", "0x3", "3 ", "three", "99999999999999999999", "0"])
func `a wrong Content-Length is refused`(length: String) {
    #expect(fault([("CONTENT_LENGTH", length)], body: [1, 2, 3])?.status == 400)
}

@Test func `a body without a length is refused, and an empty length is none`() {
    #expect((try? Request(parameters: [("REQUEST_URI", "/")], body: [1])) == nil)
    #expect(fault([("CONTENT_LENGTH", ""), ("CONTENT_TYPE", "")]) == nil)
}

@Test func `too many or too long headers are refused with 431`() {
    #expect(fault((0..<300).map { ("HTTP_X_\($0)", "1") })?.status == 431)
    #expect(fault([("HTTP_X", String(repeating: "a", count: 8_193))])?.status == 431)
    #expect(fault((0..<9).map { ("HTTP_X_\($0)", String(repeating: "a", count: 8_000)) })?.status == 431)
    #expect(fault([("HTTP_X", "a\r\nb")])?.status == 400)
    #expect(fault(target: "/" + String(repeating: "a", count: 8_192))?.status == 400)
    #expect(fault(target: "/?" + String(repeating: "a&", count: 101))?.status == 400)
}

@Test(arguments: 1...200)
func `whatever the target, a request is refused or has a canonical path`(seed: UInt64) {
    var generator = SplitMix(state: seed)
    let pieces = [
        "/", "%2F", "%2f", "..", ".", "%2e", "\\", "%5C", "%00", "a", "?", "&", "=", "%", "+", "é", "#", " ",
        "%C3%A9", "%25",
    ]
    for _ in 0..<50 {
        let target =
            "/"
            + (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }.joined()
        guard let request = try? request(target: target) else { continue }
        for segment in request.path {
            #expect(segment != ".." && segment != "." && !segment.contains { "/\\\0#".contains($0) })
        }
        #expect(!request.path.dropLast().contains(""))
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
