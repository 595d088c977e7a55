/// One request, as it arrived. Header names are lower case; a header sent twice has two values.
package struct Request: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case options = "OPTIONS"
    }

    package let method: Method?  // Nil for a method outside the list.
    package let target: String  // The request target as sent: `/v1/rentals?status=running`.
    package let path: [String]  // Decoded segments, `["v1", "rentals"]`.
    package let query: [(name: String, value: String)]  // Decoded, in order.
    package let headers: [String: [String]]
    package let body: [UInt8]
    package let clientAddress: String  // Empty when the transport names none.
    package let isHTTPS: Bool
    package let requestID: String

    package init(
        method: Method?, target: String, path: [String], query: [(name: String, value: String)],
        headers: [String: [String]], body: [UInt8], clientAddress: String, isHTTPS: Bool, requestID: String
    ) {
        self.method = method
        self.target = target
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.clientAddress = clientAddress
        self.isHTTPS = isHTTPS
        self.requestID = requestID
    }

    /// The one value of a header; nil when it is missing or came more than once.
    package func header(_ name: String) -> String? {
        guard let values = headers[name], values.count == 1 else { return nil }
        return values[0]
    }

    /// Whether the body is said to be of the media type `type`, such as `application/json`, with or without parameters.
    package func hasContentType(_ type: String) -> Bool {
        guard let sent = header("content-type") else { return false }
        return trimmed(sent.prefix { $0 != ";" }).lowercased() == type
    }
}
