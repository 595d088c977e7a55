/// An e-mail address as accounts are known by it: lower case, ASCII, `local@domain`.
/// Narrower than RFC 5321 on purpose: no quoting, no comments, no address literals.
package struct EmailAddress: Hashable, Sendable {
    package let text: String

    /// Nil when the text, blanks around it aside, is not such an address.
    package init?(_ text: String) {
        let bytes = text.utf8.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()
        let parts = Array(bytes).split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard bytes.count <= 254, parts.count == 2, (1...64).contains(parts[0].count), !parts[1].isEmpty
        else { return nil }
        guard Self.isDotted(parts[0], of: Self.isLocal), Self.isDotted(parts[1], of: Self.isDomain) else {
            return nil
        }
        self.text = String(decoding: bytes, as: UTF8.self).lowercased()
    }

    private static func isDotted(_ part: ArraySlice<UInt8>, of isAllowed: (UInt8) -> Bool) -> Bool {
        let labels = part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { !$0.isEmpty && $0.allSatisfy(isAllowed) }
    }

    private static func isDomain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        isDomain(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte)
    }
}
