import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Test func `every kind of reply carries the security headers and one request id`() async throws {
        try await Outlet.run(Outlet.Options(hasMeter: false)) { outlet in
            let ada = try Renter(at: outlet)
            let replies = try [
                Curl.send("GET", outlet.address + "/"),
                Curl.send("GET", outlet.address + "/no-such-page"),
                Curl.send("GET", outlet.address + "/v1/catalog/families"),
                Curl.send("HEAD", outlet.address + "/v1/catalog/families"),
                Curl.send("GET", outlet.address + "/v1/auth/me"),
                ada.get("/v1/billing/balance"),
                ada.get("/v1/no-such-path"),
                Curl.send("DELETE", outlet.address + "/v1/rentals", cookie: ada.cookie),
                ada.post("/v1/ssh-keys", String(repeating: "x", count: 70_000)),
                Curl.send("GET", outlet.address + "/v1/rentals%2fx"),
            ]
            #expect(replies.map(\.status) == [200, 404, 200, 200, 401, 200, 404, 405, 400, 400])
            for reply in replies {
                #expect(reply["X-Request-Id"]?.isEmpty == false, "\(reply.headers)")
                #expect(reply["X-Content-Type-Options"] == "nosniff", "\(reply.headers)")
                #expect(reply["Content-Security-Policy"]?.contains("default-src") == true, "\(reply.headers)")
                #expect(reply["Referrer-Policy"] == "same-origin", "\(reply.headers)")
                #expect(reply["Cross-Origin-Opener-Policy"] == "same-origin", "\(reply.headers)")
                #expect(reply["Server"]?.contains("/") != true, "\(reply.headers)")
            }
            #expect(Set(replies.compactMap { $0["X-Request-Id"] }).count == replies.count)
            for reply in replies[4...] where reply.status >= 400 {
                #expect(reply["Content-Type"] == "application/json", "\(reply)")
                #expect(try reply.json().text("requestId") == reply["X-Request-Id"], "\(reply)")
            }
            #expect(replies[6].error == "not_found")
            #expect(replies[7]["Allow"]?.contains("POST") == true)
            #expect(replies[8].error == "validation_failed")
        }
    }

    @Test func `a client's request id and Proxy header do not get through`() async throws {
        try await Outlet.run(Outlet.Options(hasMeter: false)) { outlet in
            let reply = try Curl.send(
                "GET", outlet.address + "/v1/catalog/templates",
                headers: ["X-Request-Id: mine", "Proxy: http://127.0.0.1:9"])
            #expect(reply.status == 200 && reply["X-Request-Id"] != "mine")
            #expect(outlet.folder.read("logs/outlet-api.log").contains(reply["X-Request-Id"] ?? "-"))
            #expect(!outlet.folder.read("logs/outlet-api.log").contains("127.0.0.1:9"))
        }
    }

    @Test func `the catalog is answered with 304 while it is the same`() async throws {
        try await Outlet.run(Outlet.Options(hasMeter: false)) { outlet in
            let first = try Curl.send("GET", outlet.address + "/v1/catalog/families")
            let tag = try #require(first["ETag"])
            #expect(try first.json().items().count >= 6)
            let second = try Curl.send(
                "GET", outlet.address + "/v1/catalog/families", headers: ["If-None-Match: \(tag)"])
            #expect(second.status == 304 && second.body.isEmpty)
        }
    }
}
