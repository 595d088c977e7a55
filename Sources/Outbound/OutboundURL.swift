import CCurl

/// An `https` address, or an `http` one of this machine itself. libcurl reads it and uses what it read, so that no
/// second opinion on where a URL leads can arise.
package struct OutboundURL: Hashable, Sendable {
    package let text: String
    package let isSecure: Bool
    package let host: String  // Lower case, an IPv6 address in brackets.
    let place: String  // `host` or `host:port`, for messages: the rest of a URL may hold a secret.

    /// Nil for another scheme, `http` to another machine, a user name or fragment, and text that is no URL in ASCII.
    package init?(_ text: String) {
        guard text.utf8.count <= 8_192,
            text.utf8.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: "\\") }),
            let parser = outlet_curl_url()
        else { return nil }
        defer { outlet_curl_url_cleanup(parser) }
        let flags = UInt32(CURLU_DISALLOW_USER) | UInt32(CURLU_PATH_AS_IS)
        guard outlet_curl_url_set(parser, CURLUPART_URL, text, flags) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: parser),
            let host = Self.part(CURLUPART_HOST, of: parser)?.lowercased(), !host.isEmpty,
            Self.part(CURLUPART_FRAGMENT, of: parser) == nil,
            let whole = Self.part(CURLUPART_URL, of: parser)
        else { return nil }
        guard scheme == "https" || scheme == "http" && Self.isLoopback(host) else { return nil }
        self.text = whole
        self.host = host
        isSecure = scheme == "https"
        place = Self.part(CURLUPART_PORT, of: parser).map { "\(host):\($0)" } ?? host
    }

    private static func isLoopback(_ host: String) -> Bool {
        let isNumbered = host.allSatisfy { $0.isASCII && $0.isNumber || $0 == "." }
        return host == "localhost" || host == "[::1]" || isNumbered && host.hasPrefix("127.")
    }

    private static func part(_ part: CURLUPart, of parser: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard outlet_curl_url_get(parser, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { outlet_curl_free(text) }
        return String(cString: text)
    }
}
