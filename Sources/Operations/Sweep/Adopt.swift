import Domain
import Providers
import Storage

/// What nobody but a person knows of a pod whose books are lost.
package struct AdoptionTerms: Sendable {
    package let user: ID<User>
    package let rate: HourlyRate
    package let since: Instant  // The first billed second.
    package let offerKey: String?  // Where the provider does not know what the pod was sold as.

    package init(user: ID<User>, rate: HourlyRate, since: Instant, offerKey: String? = nil) {
        self.user = user
        self.rate = rate
        self.since = since
        self.offerKey = offerKey
    }
}

/// Why a pod is not adopted, by precedence.
package enum AdoptionRefusal: Error, Hashable, Sendable {
    case notALabel
    case otherSite(String)
    case knownAlready(ID<Rental>)
    case notRunning
    case unknownOffer(known: [String])
    case beforeItsLaunch(Instant)
    case inTheFuture
    case insufficientBalance(required: Cents, available: Cents)
}

extension Context {
    /// Takes a running pod of this outlet, which the books do not know, into the books as a rental with the id that its
    /// label names. It is billed from `terms.since` on, by the same rules as any other; its hour is held first.
    /// - Throws: `AdoptionRefusal`; nothing has happened then.
    package func adopt(_ pod: Pod, at provider: String, _ terms: AdoptionTerms) throws -> RentalView {
        guard let label = PodLabel(pod.label) else { throw AdoptionRefusal.notALabel }
        guard label.site == settings.site else { throw AdoptionRefusal.otherSite(label.site) }
        let view = try database.write { transaction in
            if try transaction.rental(label.rental) != nil {
                throw AdoptionRefusal.knownAlready(label.rental)
            }
            guard case .running(let endpoint) = pod.state else { throw AdoptionRefusal.notRunning }
            let listing = try soldAs(terms.offerKey ?? pod.offerKey, at: provider, in: transaction)
            let now = try stamp(in: transaction)
            guard terms.since >= label.launchedAt else {
                throw AdoptionRefusal.beforeItsLaunch(label.launchedAt)
            }
            guard terms.since <= now else { throw AdoptionRefusal.inTheFuture }
            try settle(terms.user, at: now, in: transaction)
            let hold = terms.rate.price(of: settings.billing.holdSeconds)
            let available = try transaction.walletState(of: terms.user).spendable(at: now)
            guard available >= hold else {
                throw AdoptionRefusal.insufficientBalance(required: hold, available: available)
            }
            try transaction.insertRental(
                NewRental(
                    id: label.rental, user: terms.user, name: nil, listing: listing, templateID: "unknown",
                    wantedRegion: nil, wantedProvider: nil, rate: terms.rate, maxRate: terms.rate,
                    askedAt: label.launchedAt, deadline: nil, autoStopAfter: nil, environment: "{}",
                    startupScript: nil, authorizedKeys: ""))
            try postHold(hold, for: label.rental, of: terms.user, at: now, in: transaction)
            try transaction.insertAdopted(label, pod.upstreamID, of: listing, rate: terms.rate)
            if let cost = listing.cost, let attempt = try transaction.attempt(label: pod.label)?.number {
                try transaction.keepQuote(cost, of: attempt)
                try transaction.keepExpiry(now, of: attempt)  // Nobody knows it: renewed at once.
            }
            _ = try transaction.markRunning(
                label.rental, host: endpoint.host, port: endpoint.port, user: endpoint.user,
                fingerprint: endpoint.hostKeyFingerprint, at: terms.since)
            try transaction.confirm(label.rental, at: now)
            try settle(terms.user, at: now, in: transaction)
            let row = try transaction.rental(label.rental)!
            try record(
                "rental.adopted", of: terms.user, rental: label.rental,
                "Adopted at \(terms.rate.centsPerHour) cents an hour, billed from \(terms.since.iso8601) on.",
                in: transaction)
            return try self.view(of: row, at: now, in: transaction)
        }
        environment.ringBell()
        return view
    }

    private func soldAs(_ offerKey: String?, at provider: String, in session: any ReadSession) throws
        -> Listing
    {
        let known = try session.storedOffers(of: provider)
        guard let offer = known.first(where: { $0.content.offerKey == offerKey }),
            let listing = try session.listing(offer.listing)
        else { throw AdoptionRefusal.unknownOffer(known: known.map(\.content.offerKey).sorted()) }
        return listing
    }
}
