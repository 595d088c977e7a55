/// The name that a pod carries at its provider: `outlet-<site>-<rental's ULID, lower case>-<number of the attempt>`.
/// It is committed before the provider hears of it, and alone says whose pod it is.
package struct PodLabel: Hashable, Sendable, CustomStringConvertible {
    package let site: String
    package let rental: ID<Rental>
    package let number: Int  // From 1.

    package init(site: String, rental: ID<Rental>, number: Int) {
        self.site = site
        self.rental = rental
        self.number = number
    }

    /// Nil for every text that no outlet makes: a label is either exactly ours or foreign.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "outlet", !parts[1].isEmpty, parts[2] == parts[2].lowercased(),
            let ulid = ULID(parts[2].uppercased()),
            let number = Int(parts[3]), number >= 1, String(number) == parts[3]
        else { return nil }
        self.init(site: String(parts[1]), rental: ID(ulid), number: number)
    }

    package var description: String {
        Self.prefix(site: site) + rental.ulid.description.lowercased() + "-\(number)"
    }

    /// What every label of one outlet begins with. A site has no hyphen, so no site's prefix begins another's label.
    package static func prefix(site: String) -> String { "outlet-\(site)-" }

    /// When the rental was asked for, by the wall clock of then: its id tells.
    package var launchedAt: Instant { Instant(Int64(rental.ulid.high >> 16) / 1_000) }
}
