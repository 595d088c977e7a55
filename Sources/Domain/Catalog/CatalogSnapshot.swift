/// Everything that can be rented at one moment, as it is served from memory.
/// Invariant: cheapest first, ties by id.
package struct CatalogSnapshot: Sendable {
    /// How long a provider's word is taken for true.
    package static let freshness = Seconds(300)

    package let listings: [Listing]
    package let observedAt: Instant?  // The newest observation; nil when there is nothing.
    /// The same for the same content, in every process and after a restart: an ETag can be made of it.
    package let version: UInt64
    package let facets: CatalogFacets
    package let families: [FamilySummary]
    private let index: CatalogIndex

    package init(_ listings: some Sequence<Listing>) {
        self.listings = listings.sorted { CatalogPlace(of: $0) < CatalogPlace(of: $1) }
        observedAt = self.listings.map(\.observedAt).max()
        version = CatalogDigest.of(self.listings)
        facets = CatalogFacets(of: self.listings)
        families = FamilySummary.all(of: self.listings)
        index = CatalogIndex(self.listings)
    }

    /// At most `size` listings that match, from the one after `cursor` on.
    /// - Throws: `CursorRefusal` when the cursor is none of this catalog's.
    package func page(
        filter: CatalogFilter, after cursor: String?, size: Int
    ) throws(CursorRefusal) -> (listings: [Listing], next: String?) {
        precondition(size > 0, "a page holds something")
        var start = 0
        if let cursor { start = firstIndex(after: try CatalogPlace(cursor: cursor)) }
        // One more tells whether there is more.
        let found = index.places(matching: filter, from: start, atMost: size + 1)
        let page = found.prefix(size).map { listings[$0] }
        return (page, found.count > size ? page.last.map { CatalogPlace(of: $0).cursor } : nil)
    }

    private func firstIndex(after place: CatalogPlace) -> Int {
        var (low, high) = (listings.startIndex, listings.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if CatalogPlace(of: listings[middle]) <= place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
