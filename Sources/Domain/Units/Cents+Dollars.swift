extension Cents {
    /// Reads dollars as people write them: `20`, `20.5`, `20.00`, `+5`, `-5.00`. Decimal text to whole cents, nothing between.
    /// Nil for anything else: a third decimal, an exponent, a comma, no digit before the point, more than 12 digits.
    package init?(dollars text: String) {
        var digits = text[...]
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits.removeFirst() }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let allDigits = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
        guard allDigits, let whole = parts.first, whole.count <= 12, let dollars = Int64(whole) else {
            return nil
        }
        let decimals = parts.count == 2 ? parts[1] : "00"
        guard decimals.count <= 2, let cents = Int64(decimals) else { return nil }
        let amount = dollars * 100 + (decimals.count == 1 ? cents * 10 : cents)  // < 10¹⁴ + 100
        self.init(isNegative ? -amount : amount)
    }

    /// `20.50`, `-0.05`: dollars with both decimals, as `init(dollars:)` reads them.
    package var dollars: String {
        let magnitude = count.magnitude
        let decimals = String(magnitude % 100)
        return "\(count < 0 ? "-" : "")\(magnitude / 100).\(decimals.count == 1 ? "0" : "")\(decimals)"
    }
}
