import Configuration
import Domain
import HTTP

@testable import API

/// A request as a transport would hand it over.
func request(
    _ method: Request.Method?, _ path: String, query: [(name: String, value: String)] = [],
    headers: [String: [String]] = [:], body: String = "", https: Bool = false
) -> Request {
    var headers = headers
    if !body.isEmpty, headers["content-type"] == nil { headers["content-type"] = ["application/json"] }
    return Request(
        method: method, target: path, path: path.split(separator: "/").map(String.init), query: query,
        headers: headers,
        body: Array(body.utf8), clientAddress: "192.0.2.1", isHTTPS: https, requestID: "0123456789abcdef")
}

/// The outlet at https://gpu.example.org, which https://app.example.net may write to.
let sampleSettings = Settings(
    site: "test", publicURL: "https://gpu.example.org", allowedOrigins: ["https://app.example.net"],
    dataDirectory: "/nonexistent", templates: [], providers: [])

extension Route {
    /// Of those signed by their sender, the signature comes before all else.
    var takesBody: Bool { (method == .post || method == .put) && access != .signed }

    /// Its path with something of the right kind in place of a named segment.
    var samplePath: String {
        pattern.description.replacing("{id}", with: "\(ID<Rental>(ULID(milliseconds: 0, random: (0, 1))))")
            .replacing("{provider}", with: "google")
    }
}
