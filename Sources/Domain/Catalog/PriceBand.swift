/// What a price may be without a person's word: near what the same thing cost before. A field misread (cents for
/// dollars, a pod's price for a GPU's) or a provider's slip would otherwise be sold to renters at once.
package struct PriceBand: Hashable, Sendable {
    package let usual: HourlyCost  // Of one GPU.
    package let factor: Int  // From the usual price divided by it to the usual price times it.

    package init(usual: HourlyCost, factor: Int) {
        precondition(factor >= 1, "a band is not empty")
        self.usual = usual
        self.factor = factor
    }

    /// Around the middle one of what was seen; nil while fewer than `needed` say nothing yet.
    package init?(seen: [HourlyCost], factor: Int, needed: Int = 3) {
        guard seen.count >= max(needed, 1) else { return nil }
        self.init(usual: seen.sorted()[seen.count / 2], factor: factor)
    }

    /// - Parameter cost: of a whole pod with `gpuCount` GPUs.
    package func holds(_ cost: HourlyCost, gpuCount: Int) -> Bool {
        let one = cost.ofOneGPU(of: gpuCount).microDollarsPerHour
        let usual = usual.microDollarsPerHour
        return one * Int64(factor) >= usual && one <= usual * Int64(factor)  // ≤ 10¹⁰ × 100 < 2⁶³
    }
}

extension HourlyCost {
    /// The share of one GPU, rounded up.
    package func ofOneGPU(of count: Int) -> HourlyCost {
        let count = Int64(max(count, 1))
        return HourlyCost(microDollarsPerHour: (microDollarsPerHour + count - 1) / count)!  // At most itself.
    }
}
