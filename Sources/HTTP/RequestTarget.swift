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
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = try Self.path(parts[0])
        query = try parts.count == 2 ? Self.query(parts[1]) : []
    }

    /// A slash at the end leaves an empty last segment, which no route has.
    private static func path(_ text: Substring) throws(Malformed) -> [String] {
        if text == "/" { return [] }
        let encoded = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard !encoded.dropLast().contains(where: \.isEmpty) else {
            throw Malformed("the path has an empty segment")
        }
        var segments: [String] = []
        for segment in encoded { segments.append(try self.segment(segment)) }
        return segments
    }

    private static func segment(_ encoded: Substring) throws(Malformed) -> String {
        guard let segment = PercentEncoding.decode(encoded.utf8) else {
            throw Malformed("the path is not percent-encoded UTF-8")
        }
        guard segment != ".", segment != ".." else { throw Malformed("the path has a dot segment") }
        for byte in segment.utf8
        where byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") {
            throw Malformed("the path has a slash, backslash or control character in a segment")
        }
        guard !encoded.utf8.contains(UInt8(ascii: "#")) else { throw Malformed("the path has a fragment") }
        return segment
    }

    private static func query(_ text: Substring) throws(Malformed) -> [(name: String, value: String)] {
        let encoded = text.split(separator: "&")
        guard encoded.count <= RequestLimits.queryPairs else {
            throw Malformed("the query has too many keys")
        }
        var pairs: [(name: String, value: String)] = []
        for pair in encoded {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(sides[0].utf8, plusIsSpace: true),
                let value = sides.count == 2 ? PercentEncoding.decode(sides[1].utf8, plusIsSpace: true) : "",
                !name.utf8.contains(0), !value.utf8.contains(0)
            else { throw Malformed("the query is not percent-encoded UTF-8") }
            pairs.append((name, value))
        }
        return pairs
    }
}
