import Foundation

/// One thing, measured several times. What is told of it is the median, with the least and the most beside it.
struct Series: Codable {
    let unit: String
    let samples: [Double]

    init(_ samples: [Double], unit: String) {
        precondition(!samples.isEmpty, "something was measured")
        (self.samples, self.unit) = (samples, unit)
    }

    var median: Double { quantile(0.5) }

    /// By the nearest rank.
    func quantile(_ part: Double) -> Double {
        let sorted = samples.sorted()
        return sorted[min(Int(part * Double(sorted.count)), sorted.count - 1)]
    }

    /// The same figures, each divided by the floor's of the same round: what troubles a machine troubles both.
    func ratio(to floor: Series) -> Series {
        Series(zip(samples, floor.samples).map { $0 / $1 }, unit: "×")
    }

    /// - Parameter part: Which quantile comes first.
    func description(_ part: Double) -> String {
        let (least, most) = (samples.min()!, samples.max()!)
        return "\(Self.text(quantile(part))) \(unit) (\(Self.text(least)) to \(Self.text(most)))"
    }

    static func text(_ value: Double) -> String {
        switch abs(value) {
        case 0: "0"
        case ..<10: String(format: "%.2f", value)
        case ..<100: String(format: "%.1f", value)
        default: String(format: "%.0f", value)
        }
    }
}

extension Duration {
    var milliseconds: Double {
        Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15
    }
}

/// How long `body` takes, in milliseconds.
func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start).milliseconds
}
