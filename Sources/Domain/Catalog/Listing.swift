/// What one provider offers at this moment, as renters see it.
package struct Listing: Hashable, Sendable {
    package typealias ID = Domain.ID<ListingSubject>

    package enum Availability: String, Sendable { case available, unknown }

    package let id: ID
    package let provider: String  // Code of the provider, such as `local`.
    package let offerKey: String  // The provider's own name of the offer; never shown.
    package let family: String  // `h100-80gb`
    package let model: String  // `H100_SXM_80GB`
    package let vramGB: Int  // Per GPU.
    package let gpuCount: Int
    package let price: HourlyRate  // Of the whole listing, markup included.
    package let region: String  // `US-East`
    package let regionCode: String  // ISO 3166 country, `US`.
    package let interconnect: String?  // `NVLink`, `PCIe`
    package let availability: Availability
    package let reliability: Double?  // 0 to 1
    package let note: String?  // What a renter must know, such as that a demo has no GPU.
    package let observedAt: Instant  // When the provider last said so.
    package let cost: HourlyCost?  // What the provider asks of the outlet; never shown.
    package let source: String?  // Whom to blame for a bad pod; never shown.
    package let isOwn: Bool  // Of the operator's own machines.

    package init(
        id: ID, provider: String, offerKey: String, family: String, model: String, vramGB: Int, gpuCount: Int,
        price: HourlyRate, region: String, regionCode: String, interconnect: String?,
        availability: Availability,
        reliability: Double?, note: String?, observedAt: Instant,
        cost: HourlyCost? = nil, source: String? = nil, isOwn: Bool = false
    ) {
        self.id = id
        self.provider = provider
        self.offerKey = offerKey
        self.family = family
        self.model = model
        self.vramGB = vramGB
        self.gpuCount = gpuCount
        self.price = price
        self.region = region
        self.regionCode = regionCode
        self.interconnect = interconnect
        self.availability = availability
        self.reliability = reliability
        self.note = note
        self.observedAt = observedAt
        self.cost = cost
        self.source = source
        self.isOwn = isOwn
    }
}
