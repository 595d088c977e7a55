import Domain

extension Response {
    /// The head of the reply as CGI writes it: a `Status` line, the headers, an empty line. A body in memory
    /// gets its `Content-Length` here, so that `HEAD`, whose body is not sent, tells it all the same.
    /// Characters that would start another line are taken out of names and values.
    package func cgiHead() -> [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(512)
        head += "Status: \(status) \(Self.reason(status))\r\n".utf8
        for (name, value) in headers where !name.isHeader("content-length") {
            Self.append(name, to: &head)
            head += ": ".utf8
            Self.append(value, to: &head)
            head += "\r\n".utf8
        }
        if case .bytes(let body) = body, status != 204, status != 304 {
            head += "Content-Length: \(body.count)\r\n".utf8
        }
        head += "\r\n".utf8
        return head
    }

    /// The words of RFC 9110 beside the status. They mean nothing to a reader of statuses, but a status line without
    /// them is one that Foundation's URLSession does not take on Linux.
    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Status"
        }
    }

    /// Whether the reply to `method` carries its body.
    package func sendsBody(to method: Request.Method?) -> Bool {
        method != .head && status != 204 && status != 304
    }

    private static func append(_ text: String, to head: inout [UInt8]) {
        func isKept(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }
        text.withBytes { text in
            if text.allSatisfy(isKept) {
                head.append(contentsOf: text)
            } else {
                head += text.filter(isKept)
            }
        }
    }
}
