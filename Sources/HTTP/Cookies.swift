/// The cookies of one request (RFC 6265, section 5.4).
package enum Cookies {
    /// Every value that `name` was sent with, over all `Cookie` headers; more than one means that somebody
    /// else put a cookie there too. A value in double quotes loses them.
    package static func values(of name: String, in request: Request) -> [String] {
        values(of: name, in: request.headers["cookie"] ?? [])
    }

    package static func values(of name: String, in headers: [String]) -> [String] {
        headers.flatMap { $0.split(separator: ";") }.compactMap { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, trimmed(sides[0]) == name else { return nil }
            let value = trimmed(sides[1])
            return value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
                ? String(value.dropFirst().dropLast()) : String(value)
        }
    }
}

/// Without spaces and tabs at both ends.
func trimmed(_ text: Substring) -> Substring {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    guard let first = text.firstIndex(where: { !isBlank($0) }),
        let last = text.lastIndex(where: { !isBlank($0) })
    else {
        return ""
    }
    return text[first...last]
}
