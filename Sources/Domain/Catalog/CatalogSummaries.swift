/// What the catalog can be narrowed down by, with how many listings each choice leaves.
package struct CatalogFacets: Hashable, Sendable {
    package struct Choice: Hashable, Sendable {
        package let code: String
        package let count: Int
    }

    package let models: [Choice]  // Each sorted by code.
    package let regions: [Choice]  // Countries.
    package let providers: [Choice]
    package let prices: ClosedRange<HourlyRate>?  // Nil when nothing can be rented.
}

/// One family and what of it can be rented now.
package struct FamilySummary: Hashable, Sendable {
    package let family: Family
    package let fromPrice: HourlyRate?  // Of the cheapest listing, whatever its number of GPUs.
    package let listingCount: Int
}

extension CatalogFacets {
    /// - Parameter listings: Cheapest first, as those below are too.
    init(of listings: [Listing]) {
        func choices(_ key: KeyPath<Listing, String>) -> [Choice] {
            Dictionary(grouping: listings) { $0[keyPath: key] }
                .map { Choice(code: $0, count: $1.count) }
                .sorted { $0.code < $1.code }
        }
        self.init(
            models: choices(\.model), regions: choices(\.regionCode), providers: choices(\.provider),
            prices: listings.first.map { $0.price...listings.last!.price })
    }
}

extension FamilySummary {
    /// The six fixed families, then whatever else is offered, by id.
    static func all(of listings: [Listing]) -> [FamilySummary] {
        let offered = Dictionary(grouping: listings, by: \.family)
        let others = Set(offered.keys).subtracting(Family.fixed.map(\.id)).sorted()
        let families = Family.fixed + others.map { Family(seenIn: offered[$0]![0]) }
        return families.map { family in
            let listings = offered[family.id] ?? []
            return FamilySummary(
                family: family, fromPrice: listings.first?.price, listingCount: listings.count)
        }
    }
}
