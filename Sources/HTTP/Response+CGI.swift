extension Response {
    /// The head of the reply as CGI writes it: a `Status` line, the headers, an empty line. A body in memory
    /// gets its `Content-Length` here, so that `HEAD`, whose body is not sent, tells it all the same.
    /// Characters that would start another line are taken out of names and values.
    package func cgiHead() -> [UInt8] {
        var head = "Status: \(status)\r\n"
        for (name, value) in headers where name.lowercased() != "content-length" {
            head += "\(Self.oneLine(name)): \(Self.oneLine(value))\r\n"
        }
        if case .bytes(let body) = body, status != 204, status != 304 {
            head += "Content-Length: \(body.count)\r\n"
        }
        return Array((head + "\r\n").utf8)
    }

    /// Whether the reply to `method` carries its body.
    package func sendsBody(to method: Request.Method?) -> Bool {
        method != .head && status != 204 && status != 304
    }

    private static func oneLine(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }, as: UTF8.self)
    }
}
