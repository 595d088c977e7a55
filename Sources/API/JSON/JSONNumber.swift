/// A decimal number with its exact digits: `digits × 10^exponent`, never a `Double`.
struct JSONNumber: Hashable, Sendable {
    let isNegative: Bool
    let digits: [UInt8]  // 0 to 9 each; without zeros at either end, empty for zero.
    let exponent: Int

    /// - Precondition: `text` is a number as JSON has them, the exponent of a few digits.
    init(_ text: String) {
        let parts = text.split { $0 == "e" || $0 == "E" }
        let isNegative = text.hasPrefix("-")
        let mantissa = parts[0].dropFirst(isNegative ? 1 : 0).split(separator: ".")
        let power = parts.count == 2 ? Int(parts[1])! : 0
        var digits = mantissa.joined().utf8.map { $0 - UInt8(ascii: "0") }.drop { $0 == 0 }
        var exponent = power - (mantissa.count == 2 ? mantissa[1].utf8.count : 0)
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        self.isNegative = isNegative && !digits.isEmpty
        self.digits = Array(digits)
        self.exponent = digits.isEmpty ? 0 : exponent
    }

    /// The number when it is whole and fits; `7.0` and `7e0` are 7.
    var integer: Int64? {
        guard !digits.isEmpty else { return 0 }
        guard exponent >= 0, digits.count + exponent <= 19 else { return nil }
        var value: Int64 = 0
        for digit in digits + Array(repeating: 0, count: exponent) {
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            // Reaches Int64.min.
            let (sum, overflowedToo) = product.subtractingReportingOverflow(Int64(digit))
            if overflowed || overflowedToo { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    var isPositive: Bool { !isNegative && !digits.isEmpty }

    /// Exact; for bounds of few digits.
    func isAtMost(_ bound: Int64) -> Bool {
        guard isPositive else { return true }
        let places = digits.count + exponent  // Before the point.
        guard places <= 18 else { return false }
        var whole: Int64 = 0
        for position in 0..<max(places, 0) {
            whole = whole * 10 + (position < digits.count ? Int64(digits[position]) : 0)
        }
        return whole < bound || whole == bound && exponent >= 0
    }

    /// `self × factor` to the nearest whole number, halves up, for positive numbers of at most 9 digits before the point;
    /// nil for all others. Digits after the 20th of the fraction do not count.
    func times(_ factor: Int64) -> Int64? {
        precondition((0...1_000_000).contains(factor), "a factor is a small unit")
        guard !isNegative, digits.count + exponent <= 9 else { return nil }
        let places = min(max(-exponent, 0), 20)
        var value: UInt128 = 0  // In units of 10^-places: below 10^29.
        for position in 0..<max(digits.count + exponent + places, 0) {
            value = value * 10 + UInt128(position < digits.count ? digits[position] : 0)
        }
        var unit: UInt128 = 1
        for _ in 0..<places { unit *= 10 }
        return Int64((2 * value * UInt128(factor) + unit) / (2 * unit))
    }
}
