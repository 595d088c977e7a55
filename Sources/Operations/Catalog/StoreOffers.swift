import Domain
import Providers
import Storage

extension Context {
    /// Takes over what a provider offers now, at the price that renters pay. An offer known by its key keeps its
    /// listing's id; one that is no longer named, or is held for its price, is sold out. What a person should look at
    /// is an event, once. The catalog's version moves when renters can see a change, or the observation is news by
    /// ten seconds.
    package func storeOffers(_ offers: [Offer], provider: String) throws {
        try database.write { transaction in
            let now = try stamp(in: transaction)  // Never before the first sight of an offer.
            let sorted = SortedOffers(
                offers, markup: settings.terms(of: provider).markup,
                bands: try PriceBands(
                    of: provider, factor: settings.catalog.priceBandFactor, in: transaction, at: now))
            try store(sorted.sold, of: provider, at: now, in: transaction)
            for (model, cost) in sorted.middleCosts {
                try transaction.keepUsual(cost, of: model, at: provider, hour: now.hour)
            }
            try keep(sorted.held, of: provider, at: now, in: transaction)
            try keep(sorted.unmapped, of: provider, at: now, in: transaction)
        }
    }

    private func store(
        _ offers: [String: StoredOffer.Content], of provider: String, at now: Instant,
        in transaction: any Transaction
    ) throws {
        let known = Dictionary(
            uniqueKeysWithValues: try transaction.storedOffers(of: provider).map { ($0.content.offerKey, $0) }
        )
        for (_, content) in offers.sorted(by: { $0.key < $1.key }) {
            try transaction.store(content, of: provider, id: ID(environment.newULID()), at: now)
        }
        let gone = known.values.filter { $0.content.free > 0 && offers[$0.content.offerKey] == nil }
        for offer in gone { try transaction.sellOut(offer.listing) }
        try keepHistory(of: provider, at: now, in: transaction)
        let isTrustedOtherwise = try keepReliability(of: provider, at: now, in: transaction)
        let isNews =
            !gone.isEmpty || isTrustedOtherwise
            || offers.values.contains { $0.isNews(to: known[$0.offerKey], at: now) }
        if isNews { try transaction.bumpCatalogVersion() }
    }

    /// This outlet's own experience of each model, once it is more than chance. Whether any figure has changed.
    private func keepReliability(of provider: String, at now: Instant, in transaction: any Transaction) throws
        -> Bool
    {
        let rates = try transaction.successRates(
            of: provider, since: now - Seconds(30 * 86_400), limit: Reliability.triesCounted)
        return try rates.reduce(false) { isChanged, rate in
            let share = Reliability.share(good: rate.value.good, of: rate.value.all)
            return try transaction.setReliability(share, of: rate.key, at: provider) > 0 || isChanged
        }
    }

    /// Notes what can be rented now, and only what was not noted yet today.
    private func keepHistory(of provider: String, at now: Instant, in transaction: any Transaction) throws {
        let days = try transaction.listingDays(of: provider, on: now.day)
        for offer in try transaction.storedOffers(of: provider) where offer.content.free > 0 {
            let sight = ListingDay(
                minimum: offer.content.price.ofOneGPU(of: offer.content.gpuCount), hours: HoursOfDay(at: now))
            let day = days[offer.listing].map(sight.union) ?? sight
            if day != days[offer.listing] { try transaction.keep(offer.listing, on: now.day, as: day) }
        }
    }

    private func keep(
        _ held: [HeldOffer], of provider: String, at now: Instant, in transaction: any Transaction
    ) throws {
        let known = Set(try transaction.heldOffers(of: provider).map(\.offer.key))
        try transaction.keep(held, of: provider, at: now)
        let new = Dictionary(grouping: held.filter { !known.contains($0.key) }, by: \.model)
        for (model, offers) in new.sorted(by: { $0.key < $1.key }) {
            try record("catalog.price_held", of: nil, offers.words(for: model, at: provider), in: transaction)
        }
    }

    private func keep(
        _ unmapped: [UnmappedGPU], of provider: String, at now: Instant, in transaction: any Transaction
    ) throws {
        for gpu in unmapped {
            if try !transaction.isKnown(gpu, of: provider) {
                try record(
                    "catalog.unmapped", of: nil,
                    "\(provider) offers \(gpu.name) (\(gpu.vramGB) GB): \(gpu.reason). It is not sold.",
                    in: transaction)
            }
            try transaction.keep(gpu, of: provider, at: now)
        }
    }
}

extension [HeldOffer] {
    /// For the operator; not for none.
    fileprivate func words(for model: String, at provider: String) -> String {
        let costs = map { $0.cost.ofOneGPU(of: $0.gpuCount) }.sorted()
        let range =
            costs.first == costs.last
            ? costs[0].dollars : "\(costs[0].dollars) to \(costs[costs.count - 1].dollars)"
        return """
            \(provider) asks \(range) an hour for a GPU of \(model), far from the usual \(self[0].usual.dollars): \
            \(count == 1 ? "1 offer is" : "\(count) offers are") not sold until 'outletctl catalog allow \(provider) \(model)'.
            """
    }
}

extension StoredOffer.Content {
    /// Whether a renter sees a difference: how many are free does not show, only whether any is.
    fileprivate func isNews(to known: StoredOffer?, at now: Instant) -> Bool {
        guard let known else { return free > 0 }
        guard free > 0 || known.content.free > 0 else { return false }
        return seen != known.content.seen || now - known.observedAt >= Seconds(10)
    }

    private var seen: StoredOffer.Content {
        var content = self
        content.free = Swift.min(free, 1)
        return content
    }
}
