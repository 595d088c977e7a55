import HTTP

extension Response {
    /// A reply of one JSON object.
    static func json(
        status: Int = 200, headers: [(name: String, value: String)] = [], _ body: (inout JSONWriter) -> Void
    ) -> Response {
        var json = JSONWriter()
        json.object(body)
        return .json(status: status, headers: headers, bytes: json.bytes)
    }

    static func json(_ value: some JSONWritable) -> Response { .json(bytes: JSONWriter.bytes(of: value)) }

    static func json(
        status: Int = 200, headers: [(name: String, value: String)] = [], bytes: [UInt8]
    ) -> Response {
        Response(status: status, headers: [("Content-Type", "application/json")] + headers, body: bytes)
    }

    static let ok = Response.json { $0.field("ok", true) }
}
