import Domain
import Providers
import Storage

extension Context {
    /// Takes over what a provider offers now. An offer known by its key keeps its listing's id; one that is no longer
    /// named is sold out. Numbers of GPUs that the catalog does not know (3, say) and empty keys are left out.
    /// The catalog's version moves when renters can see a change, or the observation is news by ten seconds.
    package func storeOffers(_ offers: [Offer], provider: String) throws {
        let contents = Dictionary(offers.filter(\.isSellable).map { ($0.key, StoredOffer.Content($0)) }) {
            first, _ in first
        }
        try database.write { transaction in
            let now = try stamp(in: transaction)  // Never before the first sight of an offer.
            let stored = try transaction.storedOffers(of: provider)
            let known = Dictionary(uniqueKeysWithValues: stored.map { ($0.content.offerKey, $0) })
            for (_, content) in contents.sorted(by: { $0.key < $1.key }) {
                try transaction.store(content, of: provider, id: ID(environment.newULID()), at: now)
            }
            let gone = stored.filter { $0.content.free > 0 && contents[$0.content.offerKey] == nil }
            for offer in gone { try transaction.sellOut(offer.listing) }
            let isNews =
                !gone.isEmpty || contents.values.contains { $0.isNews(to: known[$0.offerKey], at: now) }
            if isNews { try transaction.bumpCatalogVersion() }
        }
    }
}

extension Offer {
    fileprivate var isSellable: Bool { !key.isEmpty && [1, 2, 4, 8].contains(gpuCount) }
}

extension StoredOffer.Content {
    fileprivate init(_ offer: Offer) {
        self.init(
            offerKey: offer.key, family: offer.family, model: offer.model, vramGB: offer.vramGB,
            gpuCount: offer.gpuCount, price: offer.price, region: offer.region, regionCode: offer.regionCode,
            interconnect: offer.interconnect, free: max(offer.free, 0), note: offer.note)
    }

    /// Whether a renter sees a difference: how many are free does not show, only whether any is.
    fileprivate func isNews(to known: StoredOffer?, at now: Instant) -> Bool {
        guard let known else { return free > 0 }
        guard free > 0 || known.content.free > 0 else { return false }
        return withFree(min(free, 1)) != known.content.withFree(min(known.content.free, 1))
            || now - known.observedAt >= Seconds(10)
    }

    private func withFree(_ free: Int) -> StoredOffer.Content {
        StoredOffer.Content(
            offerKey: offerKey, family: family, model: model, vramGB: vramGB, gpuCount: gpuCount,
            price: price,
            region: region, regionCode: regionCode, interconnect: interconnect, free: free, note: note)
    }
}
