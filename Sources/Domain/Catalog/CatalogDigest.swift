/// A number for the content of a catalog: FNV-1a, 64 bits, over what renters see. Not for secrets.
enum CatalogDigest {
    static func of(_ listings: [Listing]) -> UInt64 {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for listing in listings {
            add(listing.id.text, to: &state)
            add(listing.provider, to: &state)
            add(listing.family, to: &state)
            add(listing.model, to: &state)
            add(listing.region, to: &state)
            add(listing.regionCode, to: &state)
            add(listing.interconnect ?? "", to: &state)
            add(listing.note ?? "", to: &state)
            add(listing.availability.rawValue, to: &state)
            add("\(listing.vramGB) \(listing.gpuCount) \(listing.price.centsPerHour)", to: &state)
            add("\(listing.reliability ?? -1) \(listing.observedAt.secondsSince1970)", to: &state)
        }
        return state
    }

    /// The text and an end mark, so that moving a letter to the next text is a change.
    private static func add(_ text: String, to state: inout UInt64) {
        for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        state = (state ^ 0xFF) &* 0x100_0000_01B3
    }
}
