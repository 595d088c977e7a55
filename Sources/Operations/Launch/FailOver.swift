import Domain
import Providers
import Storage

/// A launch makes no more tries than this, and begins none after so long.
private let mostAttempts = 8
private let longestLaunch = Seconds.hour

extension Meter {
    /// A try is over although a pod was made: the pod is to go, and only when it is gone is the next listing tried.
    func giveUp(_ attempt: Attempt, for trouble: LaunchTrouble, _ words: String) throws {
        try write { transaction, now in
            guard let rental = try transaction.rental(attempt.rental), rental.status == .provisioning,
                try transaction.attempt(attempt.number)?.outcome == .created,
                try !transaction.hasOpenEffect(.terminate, of: attempt.number),
                try !transaction.isReportOnly()
            else { return }
            try transaction.setOutcome(.created, of: attempt.number, error: words)
            try blame(attempt, for: trouble, words, at: now, in: transaction)
            try context.record(.attempt, of: rental, "\(attempt.provider): \(words)", in: transaction)
            try transaction.order(
                .terminate, rental: rental.id, attempt: attempt.number,
                at: context.nowMilliseconds(in: transaction))
        }
        context.environment.ringBell()
    }

    /// The next listing that fits, or the end. Nothing of the tries before is left anywhere.
    func goOn(_ rental: RentalRow, after words: String, at now: Instant, in transaction: any Transaction)
        throws
    {
        let attempts = try transaction.attempts(of: rental.id)
        if attempts.count < mostAttempts, now - rental.askedAt < longestLaunch,
            let listing = try nextListing(for: rental, after: attempts, at: now, in: transaction)
        {
            try transaction.move(rental.id, to: listing, deadline: now + provisionLimit)
            try context.orderAllocation(
                of: rental.id, number: attempts.count + 1, from: listing, at: now, in: transaction)
        } else {
            try context.fail(
                rental, reason: .provisionFailed, error: "no provider could allocate it: \(words)", at: now,
                in: transaction)
        }
    }

    /// The cheapest that fits, costs no more than agreed, and was not tried before.
    private func nextListing(
        for rental: RentalRow, after attempts: [Attempt], at now: Instant, in session: any ReadSession
    ) throws -> Listing? {
        let tried = Set(attempts.map(\.listing))
        let bounds = try session.launchBounds(of: rental.id)
        return try session.rentableListings(
            family: rental.family, gpuCount: rental.gpuCount, region: bounds.region,
            provider: bounds.provider,
            at: now
        ).first { $0.price <= bounds.maxRate && !tried.contains($0.id) }
    }

    /// Remembers who failed: for reliability, for the next launches, and for the operator. The operator's own machines
    /// say exactly what is free, so only a broken promise keeps them from launches.
    func blame(
        _ attempt: Attempt, for trouble: LaunchTrouble, _ words: String, at now: Instant,
        in transaction: any Transaction
    ) throws {
        guard let listing = try transaction.listing(attempt.listing) else { return }
        if trouble.isProviders {
            try transaction.keepResult(
                of: attempt.number, provider: listing.provider, model: listing.model, isGood: false,
                reason: words, at: now)
        }
        if trouble.isAlarm {
            logger.error("launch refused", metadata: ["label": "\(attempt.label)", "reason": "\(words)"])
            try context.record(
                "provider.launch_refused", of: nil, "\(attempt.provider), \(attempt.label): \(words).",
                in: transaction)
        }
        guard !listing.isOwn || trouble == .wrongHardware || trouble == .wrongHostKey else { return }
        // One GPU that is listed wrongly is no reason to close a whole machine of the operator's.
        let (scope, time) = listing.isOwn ? (.listing, trouble.block.time) : trouble.block
        try transaction.keep(
            LaunchBlock(listing, scope: scope, until: now + time, reason: words), since: now)
        let alike = try transaction.blockedListings(like: listing, at: now)
        if scope == .listing, alike >= LaunchBlock.listingsOfARegion {
            try transaction.keep(
                LaunchBlock(listing, scope: .region, until: now + time, reason: words), since: now)
        }
        try transaction.bumpCatalogVersion()
    }
}

extension ProviderFault {
    var trouble: LaunchTrouble {
        switch self {
        case .noCapacity, .notFound: .noCapacity
        case .auth: .noAccess
        case .payment: .noMoney
        case .rateLimited(let after): .slowDown(after)
        case .invalid: .refusedOrder
        case .conflict: .busy
        case .transient: .failure
        }
    }
}
