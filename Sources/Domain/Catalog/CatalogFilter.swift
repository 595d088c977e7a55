/// Which listings are wanted; nil asks for nothing. What is set must all hold.
package struct CatalogFilter: Hashable, Sendable {
    package var model: String?  // A canonical code or the beginning of one; case does not matter.
    package var family: String?
    package var minVRAMGB: Int?  // Per GPU.
    package var gpuCount: Int?
    package var region: String?  // As `Region.matches` reads it.
    package var provider: String?
    package var maxPrice: HourlyRate?

    package init() {}

    package func matches(_ listing: Listing) -> Bool {
        if let model, !Self.fits(model: listing.model, model) { return false }
        if let family, listing.family != family { return false }
        if let minVRAMGB, listing.vramGB < minVRAMGB { return false }
        if let gpuCount, listing.gpuCount != gpuCount { return false }
        if let region, !Region.matches(region, region: listing.region, code: listing.regionCode) {
            return false
        }
        if let provider, listing.provider != provider { return false }
        if let maxPrice, listing.price > maxPrice { return false }
        return true
    }

    static func fits(model: String, _ wish: String) -> Bool {
        model.uppercased().hasPrefix(wish.uppercased())
    }
}
