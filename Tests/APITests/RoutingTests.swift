import HTTP
import Operations
import Testing

@testable import API

struct RoutingTests {
    @Test func `every route answers its own path, and HEAD wherever GET`() {
        for route in routes {
            for method: Request.Method in route.method == .get ? [.get, .head] : [route.method] {
                guard case .route(let found, _) = Match(request(method, route.samplePath), in: routes) else {
                    Issue.record("\(method) \(route.pattern)")
                    continue
                }
                #expect(found.pattern == route.pattern && found.method == route.method)
            }
        }
    }

    @Test(
        arguments: [
            (.delete, "/v1/rentals", "POST, GET, HEAD, OPTIONS"),
            (.get, "/v1/rentals/preview", "POST, OPTIONS"),
            (.put, "/v1/auth/me", "GET, HEAD, OPTIONS"), (nil, "/healthz", "GET, HEAD, OPTIONS"),
            (.head, "/v1/auth/logout", "POST, OPTIONS"),
        ] as [(Request.Method?, String, String)])
    func `a wrong method is told the right ones`(method: Request.Method?, path: String, expected: String) {
        guard case .wrongMethod(let allow) = Match(request(method, path), in: routes) else {
            Issue.record("no 405")
            return
        }
        #expect(allow == expected)
    }

    @Test(arguments: ["/", "/v1", "/v1/rental", "/v1/rentals/a/b", "/v2/rentals", "/v1/rentals/a/stop/now"])
    func `an unknown path is nothing`(path: String) {
        guard case .nothing = Match(request(.get, path), in: routes) else {
            Issue.record("\(path) is known")
            return
        }
    }
}

struct CSVTests {
    @Test func `cells are quoted where RFC 4180 asks for it`() {
        let line = CSV.line(["a", "b,c", "say \"x\"", "two\r\nlines", ""])
        #expect(line == "a,\"b,c\",\"say \"\"x\"\"\",\"two\r\nlines\",\r\n")
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
    func `text never becomes a formula`(text: String) { #expect(CSV.harmless(text) == "'" + text) }

    @Test func `other text stays as it is`() { #expect(CSV.harmless("a=1") == "a=1") }
}
