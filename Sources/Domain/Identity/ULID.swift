/// 48 bits of milliseconds since 1970, then 80 random bits; 26 characters of Crockford's base 32.
/// Follows the ULID specification; lower case and the letters I, L, O, U are refused.
package struct ULID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let high: UInt64  // 48 bits of time, 16 random bits
    package let low: UInt64  // 64 random bits

    package init(milliseconds: Int64, random: (UInt16, UInt64)) {
        precondition(milliseconds >= 0 && milliseconds < 1 << 48, "a ULID holds 48 bits of time")
        high = UInt64(milliseconds) << 16 | UInt64(random.0)
        low = random.1
    }

    /// A new one; from the system's generator of random numbers.
    package init(milliseconds: Int64) {
        self.init(
            milliseconds: milliseconds, random: (.random(in: .min ... .max), .random(in: .min ... .max)))
    }

    /// Nil unless the text is 26 characters of the alphabet and fits 128 bits.
    package init?(_ text: String) {
        var text = text
        guard let ulid = text.withUTF8({ ULID($0[...]) }) else { return nil }
        self = ulid
    }

    init?(_ text: Slice<UnsafeBufferPointer<UInt8>>) {
        guard text.count == 26, text.first! <= UInt8(ascii: "7") else { return nil }  // 26 × 5 bits are 130.
        var (high, low): (UInt64, UInt64) = (0, 0)
        for byte in text {
            guard let digit = Self.digit(byte) else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | digit
        }
        self.high = high
        self.low = low
    }

    /// What a letter of the alphabet stands for: by ranges, since every id that is read asks 26 times.
    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "A")...UInt8(ascii: "H"): UInt64(byte - UInt8(ascii: "A")) + 10
        case UInt8(ascii: "J"), UInt8(ascii: "K"): UInt64(byte - UInt8(ascii: "J")) + 18
        case UInt8(ascii: "M"), UInt8(ascii: "N"): UInt64(byte - UInt8(ascii: "M")) + 20
        case UInt8(ascii: "P")...UInt8(ascii: "T"): UInt64(byte - UInt8(ascii: "P")) + 22
        case UInt8(ascii: "V")...UInt8(ascii: "Z"): UInt64(byte - UInt8(ascii: "V")) + 27
        default: nil
        }
    }

    package var description: String {
        var (high, low) = (high, low)
        var digits = [UInt8](repeating: 0, count: 26)
        for position in stride(from: 25, through: 0, by: -1) {
            digits[position] = Self.alphabet[Int(low & 31)]
            low = low >> 5 | high << 59
            high >>= 5
        }
        return String(decoding: digits, as: UTF8.self)
    }

    package static func < (left: ULID, right: ULID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
