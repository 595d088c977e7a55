/// The operator's money at one provider, and what it has to pay for.
package struct UpstreamMoney: Hashable, Sendable {
    package let provider: String
    package let microDollars: Int64
    package let burn: HourlyCost  // Of all pods there, ours or the whole account's, whichever is more.
    package let minimumRunway: Seconds  // Zero: it may run dry.

    package init(provider: String, microDollars: Int64, burn: HourlyCost, minimumRunway: Seconds) {
        self.provider = provider
        self.microDollars = microDollars
        self.burn = burn
        self.minimumRunway = minimumRunway
    }

    /// How long it lasts; nil: nothing burns.
    package var runway: Seconds? {
        guard burn.microDollarsPerHour > 0 else { return nil }
        let (product, isHuge) = max(microDollars, 0).multipliedReportingOverflow(by: 3_600)
        return isHuge ? nil : Seconds(product / burn.microDollarsPerHour)
    }

    /// Whether it would last for less than it must, were this launched too.
    package func isTooLittle(for cost: HourlyCost?) -> Bool {
        guard minimumRunway > .zero else { return false }
        let more = burn.microDollarsPerHour + (cost?.microDollarsPerHour ?? 0)
        let needed = more.multipliedReportingOverflow(by: minimumRunway.count)
        let has = max(microDollars, 0).multipliedReportingOverflow(by: 3_600)
        guard !has.overflow else { return false }
        return microDollars <= 0 || needed.overflow || has.partialValue < needed.partialValue
    }
}

/// What is not launched at one moment, although it is offered.
package struct LaunchGuards: Sendable {
    private let blocks: [String: [LaunchBlock]]  // By provider.
    private let money: [String: UpstreamMoney]

    package init(blocks: [LaunchBlock], money: [UpstreamMoney]) {
        self.blocks = Dictionary(grouping: blocks, by: \.provider)
        self.money = Dictionary(uniqueKeysWithValues: money.map { ($0.provider, $0) })
    }

    package func allow(_ listing: Listing) -> Bool {
        if let blocks = blocks[listing.provider], blocks.contains(where: { $0.holds(listing) }) {
            return false
        }
        return !(money[listing.provider]?.isTooLittle(for: listing.cost) ?? false)
    }
}
