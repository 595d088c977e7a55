/// A version of a resource, as `ETag` and `If-None-Match` write it (RFC 9110, section 8.8.3).
package struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    package let opaque: String  // Without the quotes.
    package let isWeak: Bool

    package init(_ opaque: String, isWeak: Bool = false) {
        precondition(
            opaque.utf8.allSatisfy(Self.isOpaque), "an entity tag has neither quotes nor control characters")
        self.opaque = opaque
        self.isWeak = isWeak
    }

    /// As the header has it: `"42"` or `W/"42"`.
    package var description: String { (isWeak ? "W/" : "") + "\"\(opaque)\"" }

    /// Whether the client already has this version: a weak comparison, as `If-None-Match` asks for.
    /// An ill-formed header matches as far as it could be read.
    package func matches(ifNoneMatch headers: [String]) -> Bool {
        headers.contains { header in
            if trimmed(header[...]) == "*" { return true }
            return Self.list(header).contains { $0.opaque == opaque }
        }
    }

    /// Commas may stand inside a tag, so the list is read from quote to quote.
    static func list(_ header: String) -> [EntityTag] {
        var rest = header[...]
        var tags: [EntityTag] = []
        while true {
            rest = rest.drop { $0 == "," || $0 == " " || $0 == "\t" }
            let isWeak = rest.hasPrefix("W/")
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == "\"" else { return tags }
            rest = rest.dropFirst()
            guard let end = rest.firstIndex(of: "\""), rest[..<end].utf8.allSatisfy(isOpaque) else {
                return tags
            }
            tags.append(EntityTag(String(rest[..<end]), isWeak: isWeak))
            rest = rest[rest.index(after: end)...]
        }
    }

    private static func isOpaque(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x22 && byte != 0x7F }
}
