/// One request, as it arrived. Header names are lower case; a header sent twice has two values.
package struct Request: Sendable {
    package enum Method: String, Sendable, CaseIterable { case get = "GET", head = "HEAD", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE", options = "OPTIONS" }

    package let method: Method?  // Nil for a method outside the list.
    package let target: String  // The request target as sent: `/v1/rentals?status=running`.
    package let path: [String]  // Decoded segments, `["v1", "rentals"]`.
    package let query: [(name: String, value: String)]  // Decoded, in order.
    package let headers: [String: [String]]
    package let body: [UInt8]
    package let clientAddress: String
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
}
