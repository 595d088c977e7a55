extension Sequence where Element == UInt8 {
    /// Two lower-case digits a byte.
    @inlinable
    package var hexadecimal: String {
        let bytes = Array(self)
        return String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
            for place in bytes.indices {
                text[2 * place] = hexadecimalDigit(bytes[place] >> 4)
                text[2 * place + 1] = hexadecimalDigit(bytes[place] & 15)
            }
            return 2 * bytes.count
        }
    }
}

/// - Parameter value: below 16.
@inlinable
package func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
