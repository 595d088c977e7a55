import Domain
import Yams

extension Settings {
    package struct Catalog: Hashable, Sendable {
        /// An offer is not sold when it costs so many times more or less than is usual.
        package var priceBandFactor: Int

        package init(priceBandFactor: Int = 4) { self.priceBandFactor = priceBandFactor }
    }

    package func terms(of provider: String) -> ProviderTerms { terms[provider] ?? ProviderTerms() }
}

/// What the operator adds to a provider's prices, and how much money there must be: keys of every kind of provider.
package struct ProviderTerms: Hashable, Sendable {
    package var markup: Markup
    /// Launches pause while the operator's money there would last for less.
    package var minimumRunway: Seconds

    package init(markup: Markup = .none, minimumRunway: Seconds = .day) {
        self.markup = markup
        self.minimumRunway = minimumRunway
    }

    static let keys: Set = ["markupBasisPoints", "floorCents", "pauseBelowRunwayHours"]
}

extension YAMLSection {
    func catalog(_ key: String) -> Settings.Catalog {
        let section = section(key, keys: ["priceBandFactor"])
        return Settings.Catalog(
            priceBandFactor: section.number(
                "priceBandFactor", in: 2...100, default: Settings.Catalog().priceBandFactor))
    }

    /// Of each entry of `providers:`, by its code. What else an entry holds is read elsewhere.
    func terms(_ key: String) -> [String: ProviderTerms] {
        let entries = list(key).compactMap { node, path -> (String, ProviderTerms)? in
            guard let code = node.mapping?["code"]?.scalar?.string else { return nil }
            let section = YAMLSection(
                node.only(ProviderTerms.keys), at: path, keys: ProviderTerms.keys.sorted(), problems: problems
            )
            return (code, section.terms())
        }
        return Dictionary(entries) { first, _ in first }
    }

    private func terms() -> ProviderTerms {
        let usual = ProviderTerms()
        return ProviderTerms(
            markup: Markup(
                basisPoints: number("markupBasisPoints", in: Markup.basisPointsRange, default: 0),
                floor: Cents(Int64(number("floorCents", in: Markup.floorRange, default: 0, unit: "cents")))),
            minimumRunway: Seconds(
                3_600
                    * Int64(
                        number(
                            "pauseBelowRunwayHours", in: 0...8_760,
                            default: Int(usual.minimumRunway.count / 3_600), unit: "hours"))))
    }
}

extension Node {
    /// A mapping with these keys, or without them; anything else as it is.
    func only(_ keys: Set<String>) -> Node { filtered { keys.contains($0) } }
    func without(_ keys: Set<String>) -> Node { filtered { !keys.contains($0) } }

    private func filtered(_ isKept: (String) -> Bool) -> Node {
        guard let mapping else { return self }
        let kept = mapping.filter { key, _ in key.scalar.map { isKept($0.string) } ?? isKept("") }
        return .mapping(Mapping(kept.map { ($0.key, $0.value) }, mapping.tag, mapping.style, mapping.mark))
    }
}
