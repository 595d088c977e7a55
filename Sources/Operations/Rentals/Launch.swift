import Configuration
import Domain
import Foundation
import Storage

/// A meter that has not reported for this long meters nothing: nothing is launched that nobody would meter.
package let meterSilence = Seconds(120)

/// How long a pod may take to answer before its rental fails, whatever its provider says.
package let provisionLimit = Seconds(1_200)

extension Context {
    /// Reserves the money, records the rental and the order to allocate it, all in one transaction; the meter does
    /// the rest. The rate is locked: failing over takes a dearer listing only up to the request's `maxPrice`.
    /// - Throws: `LaunchRefusal`; nothing has happened then.
    package func launch(_ request: LaunchRequest, by user: ID<User>) throws -> RentalView {
        let view = try database.write { transaction in
            let now = try stamp(in: transaction)
            try settle(user, at: now, in: transaction)
            let plan = try plan(request, by: user, at: now, in: transaction)
            let id = ID<Rental>(environment.newULID())
            let keys = try transaction.authorizedKeys(of: user)
            try transaction.insertRental(
                NewRental(
                    id: id, user: user, name: request.name, listing: plan.listing,
                    templateID: request.templateID,
                    wantedRegion: request.region, wantedProvider: request.provider, rate: plan.listing.price,
                    maxRate: plan.ceiling, askedAt: now,
                    deadline: now + provisionLimit, autoStopAfter: request.autoStopAfter,
                    environment: try jsonText(request.environment), startupScript: request.startupScript,
                    authorizedKeys: keys.joined(separator: "\n")))
            try postHold(plan.hold, for: id, of: user, at: now, in: transaction)
            try orderAllocation(of: id, number: 1, from: plan.listing, at: now, in: transaction)
            try schedule(user, in: transaction)
            let row = try transaction.rental(id)!
            try record(
                .launched, of: row,
                "Asked for \(plan.listing.model) at \(plan.listing.price.centsPerHour) cents an hour.",
                in: transaction)
            return try self.view(of: row, at: now, in: transaction)
        }
        environment.ringBell()
        return view
    }

    /// What `launch` would do, without doing it. Refusals are the same, but for balance and limits: those are shown.
    package func preview(_ request: LaunchRequest, by user: ID<User>) throws -> PreviewView {
        try database.read { session in
            let now = try now(in: session)
            try check(request, by: user, in: session)
            let matches = try matches(request, at: now, in: session)
            let wallet = try walletView(of: session.walletState(of: user), at: now)
            let limits = try limits(of: user, at: now, in: session)
            let burn = wallet.burnPerHour.count + matches[0].price.centsPerHour
            return PreviewView(
                price: matches[0].price,
                estimatedProvisionSeconds: estimatedProvisionTime(of: matches[0].provider),
                listing: matches[0], available: wallet.available,
                runway: Seconds(wallet.available.count * 3_600 / burn),
                alternatives: Array(matches.dropFirst().prefix(3)),
                breach: limits.breach(by: matches[0].price, holding: hold(at: matches[0].price)))
        }
    }

    private struct Plan {
        let listing: Listing
        let ceiling: HourlyRate  // The dearest that failing over may take.
        let hold: Cents
    }

    private func plan(
        _ request: LaunchRequest, by user: ID<User>, at now: Instant, in session: any ReadSession
    ) throws -> Plan {
        try check(request, by: user, in: session)
        guard try meterAge(in: session).map({ $0 <= meterSilence }) ?? false, try !session.isReportOnly()
        else {
            throw LaunchRefusal.meteringPaused
        }
        let matches = try matches(request, at: now, in: session)
        let limits = try limits(of: user, at: now, in: session)
        let required = hold(at: matches[0].price)
        if let breach = limits.breach(by: matches[0].price, holding: required) {
            throw LaunchRefusal.limitExceeded(breach)
        }
        let available = try session.walletState(of: user).spendable(at: now)
        guard available >= required else {
            throw LaunchRefusal.insufficientBalance(required: required, available: available)
        }
        let affordable = request.maxPrice.flatMap { ceiling in
            matches.map(\.price).filter {
                $0 <= ceiling && hold(at: $0) <= available
                    && limits.breach(by: $0, holding: hold(at: $0)) == nil
            }.max()
        }
        let ceiling = affordable ?? matches[0].price
        return Plan(listing: matches[0], ceiling: ceiling, hold: hold(at: ceiling))
    }

    private func hold(at rate: HourlyRate) -> Cents { rate.price(of: settings.billing.holdSeconds) }

    private func check(_ request: LaunchRequest, by user: ID<User>, in session: any ReadSession) throws {
        guard let renter = try session.renter(user), renter.closedAt == nil else {
            throw LaunchRefusal.accountClosed
        }
        guard try !session.hasOpenDispute(user) else { throw LaunchRefusal.paymentDisputed }
        guard settings.templates.contains(where: { $0.id == request.templateID }) else {
            throw LaunchRefusal.unknownTemplate(request.templateID)
        }
        guard try !session.authorizedKeys(of: user).isEmpty else { throw LaunchRefusal.noSSHKey }
    }

    /// What can be rented now and fits, cheapest first; never empty.
    private func matches(_ request: LaunchRequest, at now: Instant, in session: any ReadSession) throws
        -> [Listing]
    {
        let matches = try session.rentableListings(
            family: request.familyID, gpuCount: request.gpuCount, region: request.region,
            provider: request.provider,
            at: now)
        guard let cheapest = matches.first else {
            let nearest = try session.nearestListings(
                family: request.familyID, gpuCount: request.gpuCount, at: now)
            throw LaunchRefusal.modelUnavailable(nearest: nearest)
        }
        if let limit = request.maxPrice, cheapest.price > limit {
            throw LaunchRefusal.priceChanged(now: cheapest.price)
        }
        return matches
    }

    /// The attempt with its label, and the order to make it: both before the provider hears of it.
    func orderAllocation(
        of rental: ID<Rental>, number: Int, from listing: Listing, at now: Instant,
        in transaction: any Transaction
    ) throws {
        let label = PodLabel(site: settings.site, rental: rental, number: number)
        let attempt = try transaction.insertAttempt(
            of: rental, number: number, label: label.description, listing: listing, at: now)
        if let cost = listing.cost { try transaction.keepQuote(cost, of: attempt) }
        try transaction.order(
            .allocate, rental: rental, attempt: attempt, at: nowMilliseconds(in: transaction))
    }

    /// What every label of this outlet begins with.
    package var labelPrefix: String { PodLabel.prefix(site: settings.site) }

    /// From experience with each kind of provider.
    private func estimatedProvisionTime(of provider: String) -> Seconds {
        settings.providers.first { $0.code == provider }?.estimatedProvisionTime ?? Seconds(2)
    }
}

/// A JSON object of texts, its keys in order.
private func jsonText(_ values: [String: String]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(values), as: UTF8.self)
}
