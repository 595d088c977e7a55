/// A request target taken apart. Only one spelling of a path is accepted, so that no two parties on the
/// way (a proxy's rule, the route table) can read one target differently.
struct RequestTarget {
    let path: [String]
    let query: [(name: String, value: String)]

    init(_ target: String) throws(Malformed) {
        guard target.utf8.count <= RequestLimits.targetBytes else {
            throw Malformed("the address is too long")
        }
        guard target.utf8.first == UInt8(ascii: "/") else {
            throw Malformed("the address has to begin with a slash")
        }
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        path = try Self.path(target.utf8[..<(mark ?? target.endIndex)])
        if let mark { query = try Self.query(target.utf8[mark...].dropFirst()) } else { query = [] }
    }

    /// A slash at the end leaves an empty last segment, which no route has.
    private static func path(_ text: Substring.UTF8View) throws(Malformed) -> [String] {
        let rest = text.dropFirst()
        if rest.isEmpty { return [] }
        let encoded = rest.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard !encoded.dropLast().contains(where: \.isEmpty) else {
            throw Malformed("the path has an empty segment")
        }
        var segments: [String] = []
        for segment in encoded { segments.append(try self.segment(segment)) }
        return segments
    }

    private static func segment(_ encoded: Substring.UTF8View) throws(Malformed) -> String {
        guard let segment = PercentEncoding.decode(encoded) else {
            throw Malformed("the path is not percent-encoded UTF-8")
        }
        guard segment != ".", segment != ".." else { throw Malformed("the path has a dot segment") }
        for byte in segment.utf8
        where byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") {
            throw Malformed("the path has a slash, backslash or control character in a segment")
        }
        guard !encoded.contains(UInt8(ascii: "#")) else { throw Malformed("the path has a fragment") }
        return segment
    }

    private static func query(_ text: Substring.UTF8View) throws(Malformed) -> [(name: String, value: String)]
    {
        let encoded = text.split(separator: UInt8(ascii: "&"))
        guard encoded.count <= RequestLimits.queryPairs else {
            throw Malformed("the query has too many keys")
        }
        var pairs: [(name: String, value: String)] = []
        for pair in encoded {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let value = pair[name.endIndex...].dropFirst()
            guard let name = PercentEncoding.decode(name, plusIsSpace: true),
                let value = PercentEncoding.decode(value, plusIsSpace: true),
                !name.utf8.contains(0), !value.utf8.contains(0)
            else { throw Malformed("the query is not percent-encoded UTF-8") }
            pairs.append((name, value))
        }
        return pairs
    }
}
