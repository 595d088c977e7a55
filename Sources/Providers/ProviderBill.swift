import Domain

/// The operator's prepaid money at a provider.
package struct ProviderBalance: Hashable, Sendable {
    package let microDollars: Int64  // What is left; negative is owed.
    package let spend: HourlyCost?  // What the account burns now, everything in it counted; nil: not told.

    package init(microDollars: Int64, spend: HourlyCost? = nil) {
        self.microDollars = microDollars
        self.spend = spend
    }
}

/// One line of what a provider has charged the operator for one pod, whoever made it.
package struct ProviderCharge: Hashable, Sendable {
    package let upstreamID: String
    package let label: String?  // Where the provider repeats the pod's name in its bill.
    package let microDollars: Int64
    package let from: Instant
    package let to: Instant

    package init(upstreamID: String, label: String?, microDollars: Int64, from: Instant, to: Instant) {
        self.upstreamID = upstreamID
        self.label = label
        self.microDollars = microDollars
        self.from = from
        self.to = to
    }
}
