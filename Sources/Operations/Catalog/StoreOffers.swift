import Domain
import Providers
import Storage

extension Context {
    /// Takes over what a provider offers now, at the price that renters pay. An offer known by its key keeps its
    /// listing's id; one that is no longer named, or is held for its price, is sold out, after all others are stored. What
    /// a person should look at is an event, once. The catalog's version moves when renters can see a change, or the
    /// observation is news by ten seconds.
    ///
    /// However many offers there are, nobody waits for long: they are written in turns. A crash between two leaves each
    /// listing as it was or as it is.
    package func storeOffers(_ offers: [Offer], provider: String) throws {
        let (seen, sorted) = try database.read { session in
            let seen = try now(in: session)
            let bands = try PriceBands(
                of: provider, factor: settings.catalog.priceBandFactor, in: session, at: seen)
            return (seen, SortedOffers(offers, markup: settings.terms(of: provider).markup, bands: bands))
        }
        let sold = sorted.sold.values.sorted { $0.offerKey < $1.offerKey }
        var isNews = false
        try inTurns(sold) { offer, transaction, now in
            isNews = try take(offer, of: provider, at: seen, now, in: transaction) || isNews
        }
        try keep(sorted.held, of: provider, at: seen)
        let gone = try database.read { try $0.listingsOnSale(of: provider) }.filter {
            sorted.sold[$0.offerKey] == nil
        }
        try inTurns(gone) { offer, transaction, _ in try transaction.sellOut(offer.listing) }
        try database.write { transaction in
            for (model, cost) in sorted.middleCosts {
                try transaction.keepUsual(cost, of: model, at: provider, hour: seen.hour)
            }
            try keep(sorted.unmapped, of: provider, at: seen, in: transaction)
            let isTrustedOtherwise = try keepReliability(of: provider, at: seen, in: transaction)
            if isNews || !gone.isEmpty || isTrustedOtherwise { try transaction.bumpCatalogVersion() }
        }
    }

    /// Works through `items` in transactions as long as others gladly wait.
    /// - Parameter body: is given the time of its transaction.
    private func inTurns<Item>(_ items: [Item], _ body: (Item, any Transaction, Instant) throws -> Void)
        throws
    {
        var rest = items[...]
        while !rest.isEmpty {
            rest = try database.write { transaction in
                var left = rest
                let (now, turn) = (try stamp(in: transaction), Turn(of: database))
                repeat { try body(left.removeFirst(), transaction, now) } while !left.isEmpty && !turn.isOver
                return left
            }
        }
    }

    /// - Returns: whether renters see a difference.
    private func take(
        _ offer: StoredOffer.Content, of provider: String, at seen: Instant, _ now: Instant,
        in transaction: any Transaction
    ) throws -> Bool {
        let known = try transaction.storedOffer(offer.offerKey, of: provider)
        let listing = known?.listing ?? ID(environment.newULID())
        let at = max(seen, known?.observedAt ?? seen)  // Another process may have been told later.
        try transaction.store(offer, of: provider, id: listing, at: at)
        if offer.free > 0 {
            try note(listing, for: offer.price.ofOneGPU(of: offer.gpuCount), now, in: transaction)
        }
        return offer.isNews(to: known, at: seen)
    }

    /// Notes that it can be rented now, and only what was not noted yet today. By the time of this transaction: a day
    /// that is over may have been made into one row already.
    private func note(
        _ listing: Listing.ID, for price: HourlyRate, _ now: Instant, in transaction: any Transaction
    ) throws {
        let sight = ListingDay(minimum: price, hours: HoursOfDay(at: now))
        let known = try transaction.listingDay(of: listing, on: now.day)
        let day = known.map(sight.union) ?? sight
        if day != known { try transaction.keep(listing, on: now.day, as: day) }
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

    /// What is new of a model is told together with its first offer.
    private func keep(_ held: [HeldOffer], of provider: String, at seen: Instant) throws {
        let known = Set(try database.read { try $0.heldOffers(of: provider) }.map(\.offer.key))
        var news = Dictionary(grouping: held.filter { !known.contains($0.key) }, by: \.model)
        try inTurns(held.sorted { ($0.model, $0.key) < ($1.model, $1.key) }) { offer, transaction, _ in
            if let offers = news.removeValue(forKey: offer.model) {
                let words = offers.words(for: offer.model, at: provider)
                try record("catalog.price_held", of: nil, words, in: transaction)
            }
            try transaction.keep(offer, of: provider, at: seen)
        }
        try inTurns(known.subtracting(held.map(\.key)).sorted()) { key, transaction, _ in
            try transaction.letGo(ofHeld: key, of: provider)
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
