import Domain

/// A rental as it enters the books: provisioning, and never billed yet.
package struct NewRental: Sendable {
    package let id: ID<Rental>
    package let user: ID<User>
    package let name: String?
    package let listing: Listing  // The first to be tried: its family, model, provider and region.
    package let templateID: String
    package let wantedRegion: String?
    package let wantedProvider: String?
    package let rate: HourlyRate
    package let maxRate: HourlyRate
    package let askedAt: Instant
    package let deadline: Instant?  // Of the provisioning.
    package let autoStopAfter: Seconds?
    package let environment: String  // A JSON object of strings.
    package let startupScript: String?
    package let authorizedKeys: String  // A line each.

    package init(
        id: ID<Rental>, user: ID<User>, name: String?, listing: Listing, templateID: String,
        wantedRegion: String?,
        wantedProvider: String?, rate: HourlyRate, maxRate: HourlyRate, askedAt: Instant, deadline: Instant?,
        autoStopAfter: Seconds?, environment: String, startupScript: String?, authorizedKeys: String
    ) {
        self.id = id
        self.user = user
        self.name = name
        self.listing = listing
        self.templateID = templateID
        self.wantedRegion = wantedRegion
        self.wantedProvider = wantedProvider
        self.rate = rate
        self.maxRate = maxRate
        self.askedAt = askedAt
        self.deadline = deadline
        self.autoStopAfter = autoStopAfter
        self.environment = environment
        self.startupScript = startupScript
        self.authorizedKeys = authorizedKeys
    }
}

extension Transaction {
    /// Stores the rental, with its empty hold.
    package func insertRental(_ rental: NewRental) throws {
        try run(
            """
            INSERT INTO rental (id, user_id, name, family, model, gpu_count, template_id, wanted_region, wanted_provider,
                                rate_cents, max_rate_cents, state, asked_at_s, deadline_at_s, auto_stop_after_s,
                                provider, region, environment, startup_script, authorized_keys)
            VALUES (\(rental.id), \(rental.user), \(rental.name), \(rental.listing.family), \(rental.listing.model),
                    \(rental.listing.gpuCount), \(rental.templateID), \(rental.wantedRegion), \(rental.wantedProvider),
                    \(rental.rate), \(rental.maxRate), 'provisioning', \(rental.askedAt), \(rental.deadline),
                    \(rental.autoStopAfter), \(rental.listing.provider), \(rental.listing.region), \(rental.environment),
                    \(rental.startupScript), \(rental.authorizedKeys))
            """)
        try openHold(of: rental.id, user: rental.user)
    }
}
