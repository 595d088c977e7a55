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
        // 26 digits of 5 bits are 130.
        guard text.count == Self.length, text.first! <= UInt8(ascii: "7") else { return nil }
        var (high, low, all): (UInt64, UInt64, UInt8) = (0, 0, 0)
        let values = Self.values
        for byte in text {
            let value = values[Int(byte)]
            all |= value
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value & 31)
        }
        guard all < 32 else { return nil }
        self.high = high
        self.low = low
    }

    package static let length = 26  // Characters.

    package var description: String {
        String(unsafeUninitializedCapacity: Self.length) {
            write(to: $0.baseAddress!)
            return Self.length
        }
    }

    /// Puts the `length` bytes of its text at `start`.
    func write(to start: UnsafeMutablePointer<UInt8>) {
        var (high, low) = (high, low)
        for place in stride(from: Self.length - 1, through: 0, by: -1) {
            start[place] = Self.alphabet.utf8Start[Int(low & 31)]
            low = low >> 5 | high << 59
            high >>= 5
        }
    }

    /// By the random part alone: the rest is mostly the same in all that are made in a day.
    package func hash(into hasher: inout Hasher) { hasher.combine(low) }

    package static func < (left: ULID, right: ULID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    private static let alphabet: StaticString = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

    /// What each byte stands for, 32 and more for none: a table, since every id that is read asks 26 times.
    nonisolated(unsafe) private static let values: UnsafePointer<UInt8> = {
        let values = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        values.initialize(repeating: .max, count: 256)
        for value in 0..<32 { values[Int(alphabet.utf8Start[value])] = UInt8(value) }
        return UnsafePointer(values)
    }()
}
