/// Text as RFC 2045, 6.7 writes it: lines of at most 76 ASCII characters, which any relay leaves as they are.
enum QuotedPrintable {
    private static let longestLine = 76

    static func encode(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(line).joined(separator: "\n")
    }

    private static func line(_ text: Substring) -> String {
        let bytes = Array(text.utf8)
        var lines: [String] = [""]
        for (position, byte) in bytes.enumerated() {
            let isLast = position == bytes.count - 1
            // A full stop alone on its line would end the letter where SMTP is spoken carelessly, and "From " at a
            // line's start is changed by mailboxes: both are spelt out there.
            let isRisky =
                lines[lines.count - 1].isEmpty && (byte == UInt8(ascii: ".") || byte == UInt8(ascii: "F"))
            let piece = isPlain(byte, isLast: isLast) && !isRisky ? String(UnicodeScalar(byte)) : hex(byte)
            // One place is kept for the "=" that says the line goes on.
            if lines[lines.count - 1].count + piece.count > longestLine - (isLast ? 0 : 1) {
                lines.append("")
            }
            lines[lines.count - 1] += piece
        }
        return lines.joined(separator: "=\n")
    }

    /// Blanks may stand inside of a line, not at its end.
    private static func isPlain(_ byte: UInt8, isLast: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): false
        case 0x21...0x7E: true
        case 0x20, 0x09: !isLast
        default: false
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = Array("0123456789ABCDEF")
        return "=\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
}
