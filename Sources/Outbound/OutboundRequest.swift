/// One request. What of it is checked is checked when it is sent.
package struct OutboundRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var method: Method
    package var url: OutboundURL
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    package var within: Duration?  // Until the answer's last byte; nil: as the client's policy says.
    /// The answer may never end: what of it came in time is taken for all.
    package var isStream = false

    package init(
        _ method: Method, _ url: OutboundURL, headers: [(name: String, value: String)] = [],
        body: [UInt8] = [], within: Duration? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.within = within
    }

    /// Which rule its headers break; nil: none. Names and values are never part of it: they may be secret.
    var fault: String? {
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isToken) else {
                return "the name of a header is not a token"
            }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                return "a header has a control character"
            }
            guard !Self.reserved.contains(name.lowercased()) else {
                return "a header is one that the client itself writes"
            }
        }
        guard headers.count <= 64, headers.allSatisfy({ $0.value.utf8.count <= 16_384 }) else {
            return "the headers are too many or too long"
        }
        return nil
    }

    /// How the request is framed is not the caller's to say: two opinions on it are how requests are smuggled.
    private static let reserved: Set = [
        "host", "content-length", "transfer-encoding", "connection", "expect", "upgrade", "te", "trailer",
        "keep-alive", "proxy-authorization", "proxy-connection",
    ]

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// A whole answer. Redirects are answers like all others: they are never followed.
package struct OutboundResponse: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]  // Names in lower case.
    package let body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The one value of a header; nil when it is missing or came more than once.
    package func header(_ name: String) -> String? {
        let found = headers.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }
}
