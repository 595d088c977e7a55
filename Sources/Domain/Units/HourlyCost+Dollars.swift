extension HourlyCost {
    /// For people, with as many decimals as it has, at least two: `$0.69`, `$0.3458`.
    package var dollars: String {
        let whole = microDollarsPerHour / 1_000_000
        var digits = String(microDollarsPerHour % 1_000_000 + 1_000_000).dropFirst()
        while digits.count > 2, digits.last == "0" { digits.removeLast() }
        return "$\(whole).\(digits)"
    }
}
