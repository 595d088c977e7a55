/// The CGI variables of one request (RFC 3875), as they came: names may repeat.
struct CGIParameters {
    private let values: [String: [String]]

    init(_ parameters: [(String, String)]) throws(Malformed) {
        guard parameters.count <= RequestLimits.parameters else {
            throw Malformed("the request has too many headers", status: 431)
        }
        let size = parameters.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count }
        guard size <= RequestLimits.parameterBytes else {
            throw Malformed("the headers are too long together", status: 431)
        }
        values = Dictionary(parameters.map { ($0.0, [$0.1]) }, uniquingKeysWith: +)
    }

    /// The one value of a variable; nil when it is missing or empty.
    func single(_ name: String) throws(Malformed) -> String? {
        guard let found = values[name] else { return nil }
        guard found.count == 1 else { throw Malformed("\(name) came more than once") }
        return found[0].isEmpty ? nil : found[0]
    }

    /// Headers that say who asks or how to read the body: two of them would let two readers differ.
    private static let onlyOnce: Set = [
        "host", "origin", "authorization", "content-length", "content-type", "sec-fetch-site",
        "transfer-encoding",
        "idempotency-key", "stripe-signature",
    ]

    /// `HTTP_*` as headers. `Proxy` is dropped, since libraries took `HTTP_PROXY` for a setting of their own.
    func headers() throws(Malformed) -> [String: [String]] {
        var headers: [String: [String]] = [:]
        for (variable, sent) in values where variable.hasPrefix("HTTP_") {
            let name = variable.dropFirst(5).lowercased().replacing("_", with: "-")
            for value in sent {
                guard value.utf8.count <= RequestLimits.headerBytes else {
                    throw Malformed("a header is too long", status: 431)
                }
                guard !value.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) else {
                    throw Malformed("a header has control characters")
                }
            }
            headers[name, default: []] += sent
        }
        headers["proxy"] = nil
        for name in Self.onlyOnce where (headers[name]?.count ?? 0) > 1 {
            throw Malformed("the header \(name) came more than once")
        }
        headers["content-type"] = try single("CONTENT_TYPE").map { [$0] }
        headers["content-length"] = try single("CONTENT_LENGTH").map { [$0] }
        return headers
    }
}
