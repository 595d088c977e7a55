/// A decimal number, exactly as it was written: `0.3458`, `240`, `6.9e-1`. At most 18 digits that count.
struct DecimalText: Hashable, Sendable {
    private let digits: Int64  // The number is digits · 10^exponent.
    private let exponent: Int

    enum Rounding { case up, exact, nearest }

    /// Nil for everything but an optional minus, digits, at most one point, and an optional exponent.
    init?(_ text: String) {
        let parts = text.split(
            maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 == "e" || $0 == "E" })
        let power = parts.count == 1 ? 0 : Self.power(parts[1])
        let isNegative = parts[0].hasPrefix("-")
        let mantissa = (isNegative ? parts[0].dropFirst() : parts[0]).split(
            separator: ".", omittingEmptySubsequences: false)
        guard let power, (1...2).contains(mantissa.count),
            mantissa.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        var fraction = mantissa.count == 2 ? mantissa[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        let all = (mantissa[0] + fraction).drop { $0 == "0" }
        guard all.count <= 18, let digits = Int64(all.isEmpty ? "0" : String(all)) else { return nil }
        self.digits = isNegative ? -digits : digits
        exponent = digits == 0 ? 0 : power - fraction.count
    }

    /// The number times 10^`places`, as a whole number. Up is away from zero for what is above it.
    /// Nil when it does not fit, or has a rest that `exact` may not drop.
    func scaled(by places: Int, _ rounding: Rounding) -> Int64? {
        let shift = exponent + places
        guard abs(shift) <= 36 else { return nil }
        var value = digits
        if shift >= 0 {
            for _ in 0..<shift {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                guard !overflow else { return nil }
                value = product
            }
            return value
        }
        guard -shift <= 18 else { return rest(of: 0, isNone: digits == 0, isHalf: false, rounding) }
        let divisor = (0..<(-shift)).reduce(Int64(1)) { power, _ in power * 10 }
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        let isHalf = remainder.magnitude >= divisor.magnitude / 2
        return rest(of: quotient, isNone: remainder == 0, isHalf: isHalf, rounding)
    }

    private func rest(of quotient: Int64, isNone: Bool, isHalf: Bool, _ rounding: Rounding) -> Int64? {
        guard !isNone else { return quotient }
        return switch rounding {
        case .exact: nil
        case .up: digits > 0 ? quotient + 1 : quotient
        case .nearest: isHalf ? quotient + digits.signum() : quotient
        }
    }

    /// Of an exponent: a sign and one to three digits.
    private static func power(_ text: Substring) -> Int? {
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text
        guard (1...3).contains(digits.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let power = Int(digits)
        else { return nil }
        return text.hasPrefix("-") ? -power : power
    }
}
