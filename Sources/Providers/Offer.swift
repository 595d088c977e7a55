import Domain

/// One thing a provider sells, before the outlet's markup.
package struct Offer: Hashable, Sendable {
    package var key: String  // Stable for as long as it is sold.
    package var family: String  // Or `unmappedFamily`.
    package var model: String
    package var vramGB: Int  // Per GPU.
    package var gpuCount: Int
    package var cost: HourlyCost  // Of the whole pod, with the disk that the provider would give it.
    package var region: String
    package var regionCode: String  // ISO 3166 country; empty where the provider does not tell.
    package var interconnect: String?
    package var free: Int  // How many more could be created now; 0 is sold out.
    package var note: String?
    package var formFactor: String?  // `SXM`, `PCIe`, `NVL`: one family, different prices.
    package var source: String?  // Whom to blame for a bad pod: `machine 18201`, a cloud, a data centre.
    package var isPriceSet = false  // By the operator: no history says what it should be.

    /// Of a GPU that is in no family: for the operator to see, not to be sold by a guess.
    package static let unmappedFamily = "unmapped"

    package init(
        key: String, family: String, model: String, vramGB: Int, gpuCount: Int, cost: HourlyCost,
        region: String, regionCode: String, interconnect: String?, free: Int, note: String?,
        formFactor: String? = nil, source: String? = nil
    ) {
        self.key = key
        self.family = family
        self.model = model
        self.vramGB = vramGB
        self.gpuCount = gpuCount
        self.cost = cost
        self.region = region
        self.regionCode = regionCode
        self.interconnect = interconnect
        self.free = free
        self.note = note
        self.formFactor = formFactor
        self.source = source
    }

    /// One whose price the operator has set.
    package init(
        key: String, family: String, model: String, vramGB: Int, gpuCount: Int, price: HourlyRate,
        region: String, regionCode: String, interconnect: String?, free: Int, note: String?
    ) {
        self.init(
            key: key, family: family, model: model, vramGB: vramGB, gpuCount: gpuCount,
            cost: HourlyCost(price), region: region, regionCode: regionCode, interconnect: interconnect,
            free: free, note: note)
        isPriceSet = true
    }

    /// The cost in whole cents, rounded up.
    package var price: HourlyRate { cost.rate }
}
