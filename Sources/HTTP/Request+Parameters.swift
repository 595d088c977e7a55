extension Request {
    /// The request that CGI variables and a body stand for. Routes see the target as the client sent it
    /// (`REQUEST_URI`), never a proxy's rewriting of it; the client's address is the connection's (`REMOTE_ADDR`).
    /// - Throws: the first rule that is broken, with status 400 or 431.
    package init(parameters: [(String, String)], body: [UInt8]) throws(RequestFault) {
        let requestID = Self.requestID(in: parameters)
        do {
            try self.init(CGIParameters(parameters), body: body, requestID: requestID)
        } catch {
            throw RequestFault(status: error.status, message: error.message, requestID: requestID)
        }
    }

    private init(_ parameters: CGIParameters, body: [UInt8], requestID: String) throws(Malformed) {
        guard let target = try parameters.single("REQUEST_URI") else {
            throw Malformed("the request has no address")
        }
        let parsed = try RequestTarget(target)
        let headers = try parameters.headers()
        try Self.check(body, length: headers["content-length"]?.first, path: parsed.path)
        let https = try parameters.single("HTTPS")?.lowercased()
        self.init(
            method: try parameters.single("REQUEST_METHOD").flatMap(Method.init(rawValue:)), target: target,
            path: parsed.path, query: parsed.query, headers: headers, body: body,
            clientAddress: try parameters.single("REMOTE_ADDR") ?? "", isHTTPS: https == "on" || https == "1",
            requestID: requestID)
    }

    /// A body counts only when it is whole, and not longer than its path takes.
    private static func check(_ body: [UInt8], length: String?, path: [String]) throws(Malformed) {
        let limit = RequestLimits.body(for: path)
        var announced = 0
        if let length {
            guard length.utf8.count <= 18, length.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
                let count = Int(length)
            else {
                throw Malformed("Content-Length is not a number")
            }
            announced = count
        }
        guard announced <= limit, body.count <= limit else {
            throw Malformed("the body is longer than \(limit / 1_024) KiB")
        }
        guard announced == body.count else {
            throw Malformed("the body is not as long as Content-Length says")
        }
    }

    /// The proxy's id of the request when it is well-formed and the only one, else a new one.
    private static func requestID(in parameters: [(String, String)]) -> String {
        let sent = parameters.filter { $0.0 == "HTTP_X_REQUEST_ID" }
        guard sent.count == 1, let id = sent.first?.1, 8...64 ~= id.utf8.count,
            id.utf8.allSatisfy(isIDCharacter)
        else { return newRequestID() }
        return id
    }

    private static func isIDCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// 128 random bits as 32 hexadecimal digits, the shape of nginx's `$request_id`.
    package static func newRequestID() -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: (0..<32).map { _ in digits[Int.random(in: 0..<16)] }, as: UTF8.self)
    }
}
