/// Base 64 of RFC 4648, strict: what this writes is the only spelling that it reads.
package enum Base64 {
    /// The alphabet of section 4 with padding, or the one for URLs of section 5 without.
    package enum Variant: Sendable { case standard, url }

    package static func encode(_ bytes: some Sequence<UInt8>, as variant: Variant = .standard) -> String {
        let alphabet = variant == .standard ? standardAlphabet : urlAlphabet
        var text: [UInt8] = []
        var (pending, bits): (UInt32, Int) = (0, 0)
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(pending >> UInt32(bits)) & 63])
            }
        }
        if bits > 0 { text.append(alphabet[Int(pending << UInt32(6 - bits)) & 63]) }
        while variant == .standard && !text.count.isMultiple(of: 4) { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for a character outside the alphabet, missing or superfluous padding, and left-over bits that are not zero.
    package static func decode(_ text: some StringProtocol, as variant: Variant = .standard) -> [UInt8]? {
        let characters = Array(text.utf8)
        var digits = characters[...]
        if variant == .standard {
            guard characters.count.isMultiple(of: 4) else { return nil }
            if digits.last == UInt8(ascii: "=") { digits.removeLast() }
            if digits.last == UInt8(ascii: "=") { digits.removeLast() }
        }
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var (pending, bits): (UInt32, Int) = (0, 0)
        for digit in digits {
            guard let value = value(of: digit, in: variant) else { return nil }
            pending = pending << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
                pending &= 1 << UInt32(bits) - 1
            }
        }
        return pending == 0 ? bytes : nil
    }

    private static func value(of digit: UInt8, in variant: Variant) -> UInt32? {
        switch (digit, variant) {
        case (UInt8(ascii: "A")...UInt8(ascii: "Z"), _): UInt32(digit - UInt8(ascii: "A"))
        case (UInt8(ascii: "a")...UInt8(ascii: "z"), _): UInt32(digit - UInt8(ascii: "a")) + 26
        case (UInt8(ascii: "0")...UInt8(ascii: "9"), _): UInt32(digit - UInt8(ascii: "0")) + 52
        case (UInt8(ascii: "+"), .standard), (UInt8(ascii: "-"), .url): 62
        case (UInt8(ascii: "/"), .standard), (UInt8(ascii: "_"), .url): 63
        default: nil
        }
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standardAlphabet = Array((letters + "+/").utf8)
    private static let urlAlphabet = Array((letters + "-_").utf8)
}
