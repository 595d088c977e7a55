import Domain

/// The CGI variables of one request (RFC 3875), as they came: names may repeat.
struct CGIParameters {
    private let all: [(name: String, value: String)]

    init(_ parameters: [(String, String)]) throws(Malformed) {
        guard parameters.count <= RequestLimits.parameters else {
            throw Malformed("the request has too many headers", status: 431)
        }
        let size = parameters.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count }
        guard size <= RequestLimits.parameterBytes else {
            throw Malformed("the headers are too long together", status: 431)
        }
        all = parameters
    }

    /// The one value of a variable; nil when it is missing or empty.
    func single(_ name: String) throws(Malformed) -> String? {
        guard let first = all.firstIndex(where: { $0.name == name }) else { return nil }
        guard !all[(first + 1)...].contains(where: { $0.name == name }) else {
            throw Malformed("\(name) came more than once")
        }
        return all[first].value.isEmpty ? nil : all[first].value
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
        for (variable, value) in all {
            guard let header = Self.header(variable) else { continue }
            guard value.utf8.count <= RequestLimits.headerBytes else {
                throw Malformed("a header is too long", status: 431)
            }
            let isClean = value.withBytes { value in
                value.allSatisfy { ($0 >= 0x20 || $0 == 0x09) && $0 != 0x7F }
            }
            guard isClean else { throw Malformed("a header has control characters") }
            headers[header, default: []].append(value)
        }
        headers["proxy"] = nil
        for (name, values) in headers where values.count > 1 && Self.onlyOnce.contains(name) {
            throw Malformed("the header \(name) came more than once")
        }
        headers["content-type"] = try single("CONTENT_TYPE").map { [$0] }
        headers["content-length"] = try single("CONTENT_LENGTH").map { [$0] }
        return headers
    }

    /// `HTTP_USER_AGENT` as `user-agent`; nil for what is no header.
    private static func header(_ variable: String) -> String? {
        variable.withBytes { variable in
            guard variable.starts(with: prefix) else { return nil }
            let name = UnsafeBufferPointer(rebasing: variable[prefix.count...])
            return String(unsafeUninitializedCapacity: name.count) { header in
                for place in name.indices { header[place] = lowered(name[place]) }
                return name.count
            }
        }
    }

    private static let prefix = Array("HTTP_".utf8)

    private static func lowered(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "_"): UInt8(ascii: "-")
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        default: byte
        }
    }
}
