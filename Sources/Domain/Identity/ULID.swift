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
        guard text.utf8.count == 26 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (position, byte) in text.utf8.enumerated() {
            guard let digit = Self.alphabet.firstIndex(of: byte) else { return nil }
            if position == 0 && digit > 7 { return nil }  // 26 × 5 bits are 130: the first digit has three.
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(digit)
        }
        self.high = high
        self.low = low
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
