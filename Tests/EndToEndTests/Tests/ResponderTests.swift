import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Test func `a responder that is asked to end finishes the request that it has`() async throws {
        try await Outlet.run(Outlet.Options(hasMeter: false)) { outlet in
            let body = #"{"token":"no-such-token"}"#
            let exchange = try FastCGIExchange(
                socket: outlet.folder["run/api.sock"],
                parameters: [
                    "REQUEST_METHOD": "POST", "REQUEST_URI": "/v1/auth/link",
                    "CONTENT_TYPE": "application/json",
                    "CONTENT_LENGTH": "\(body.utf8.count)", "REMOTE_ADDR": "127.0.0.1",
                    "SERVER_PROTOCOL": "HTTP/1.1",
                ])
            try exchange.send(body: Array(body.utf8.prefix(10)))
            try await Task.sleep(for: .milliseconds(300))  // It has begun to read.
            outlet.api.send(SIGTERM)
            try await Task.sleep(for: .milliseconds(300))
            try exchange.send(body: Array(body.utf8.dropFirst(10)))
            try exchange.send(body: [])
            let reply = try exchange.reply()
            #expect(reply.contains("Status: 401") && reply.contains("code_invalid"), "\(reply)")
            #expect(outlet.api.waitForExit(within: 10) == .status(0))

            #expect(try Curl.send("GET", outlet.address + "/v1/catalog/families").status == 502)
            try outlet.restartAPI()
            try await eventually("the next responder answers", within: 10) {
                try Curl.send("GET", outlet.address + "/v1/catalog/families").status == 200 ? () : nil
            }
        }
    }

    @Test func `the responder is a plain CGI program when it is called as one`() async throws {
        try await Outlet.run(Outlet.Options(hasMeter: false)) { outlet in
            func call(_ method: String, _ target: String, body: String? = nil) throws -> String {
                var environment = [
                    "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": method, "REQUEST_URI": target,
                    "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "PATH": "/usr/bin:/bin",
                ]
                if let body {
                    environment["CONTENT_TYPE"] = "application/json"
                    environment["CONTENT_LENGTH"] = "\(body.utf8.count)"
                }
                let result = try Command.run(
                    Executables.path("outlet-api"), ["--config", outlet.configuration],
                    environment: environment,
                    input: body)
                #expect(result.status == 0, "\(result)")
                return result.output
            }
            let families = try call("GET", "/v1/catalog/families")
            #expect(families.hasPrefix("Status: 200") && families.contains("\"rtx-4090\""), "\(families)")
            let health = try call("GET", "/healthz")
            #expect(health.hasPrefix("Status: 503"), "no meter reports: \(health)")
            let refused = try call("POST", "/v1/auth/link", body: #"{"token":"no-such-token"}"#)
            #expect(refused.hasPrefix("Status: 401"), "\(refused)")
        }
    }

    @Test func `nobody else can reach the responder's socket`() async throws {
        try await Outlet.run(Outlet.Options(hasMeter: false)) { outlet in
            let attributes = try FileManager.default.attributesOfItem(atPath: outlet.folder["run/api.sock"])
            let mode = try #require(attributes[.posixPermissions] as? NSNumber).intValue
            #expect(mode & 0o007 == 0, "mode \(String(mode, radix: 8))")
        }
    }
}
