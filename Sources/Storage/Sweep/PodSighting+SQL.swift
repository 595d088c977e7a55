import Domain

/// Which pod a sighting is about; `upstreamID` is empty for one that lists lack.
package struct SightedPod: Hashable, Sendable {
    package let label: String
    package let upstreamID: String

    package init(label: String, upstreamID: String) {
        self.label = label
        self.upstreamID = upstreamID
    }
}

extension ReadSession {
    package func sightings(at provider: String) throws -> [SightedPod: PodSighting] {
        let rows = try rows(
            """
            SELECT label, upstream_id, times, first_at_s, last_at_s, condemned_by
              FROM pod_sighting WHERE provider = \(provider)
            """)
        return Dictionary(
            uniqueKeysWithValues: rows.map {
                (
                    SightedPod(label: $0.text("label"), upstreamID: $0.text("upstream_id")),
                    PodSighting(
                        times: Int($0.int("times")), firstAt: $0.instant("first_at_s"),
                        lastAt: $0.instant("last_at_s"), condemnedBy: $0.optionalText("condemned_by"))
                )
            })
    }

    /// Attempts at `provider` whose pod must be there: made, and of a rental that goes on.
    package func attemptsInUse(at provider: String) throws -> [Attempt] {
        try rows(
            """
            SELECT a.* FROM attempt a JOIN rental r ON r.id = a.rental_id
             WHERE a.provider = \(provider) AND a.outcome = 'created' AND r.state IN ('provisioning', 'running')
             ORDER BY a.id
            """
        ).map(Attempt.init)
    }

    /// When these books began, by the wall clock.
    package func booksBegan() throws -> Instant {
        try row("SELECT MIN(applied_at) AS at_s FROM migration")!.instant("at_s")
    }
}

extension Transaction {
    /// Keeps exactly these sightings of `provider`: what no longer shows is forgotten.
    package func keep(_ sightings: [SightedPod: PodSighting], at provider: String) throws {
        for pod in try self.sightings(at: provider).keys where sightings[pod] == nil {
            try run(
                """
                DELETE FROM pod_sighting
                 WHERE provider = \(provider) AND label = \(pod.label) AND upstream_id = \(pod.upstreamID)
                """)
        }
        for (pod, sighting) in sightings {
            try run(
                """
                INSERT INTO pod_sighting (provider, label, upstream_id, times, first_at_s, last_at_s)
                VALUES (\(provider), \(pod.label), \(pod.upstreamID), \(sighting.times), \(sighting.firstAt),
                        \(sighting.lastAt))
                ON CONFLICT (provider, label, upstream_id)
                DO UPDATE SET times = excluded.times, last_at_s = excluded.last_at_s
                """)
        }
    }

    /// Notes that a person wants this pod gone. False when no sweep has seen it.
    package func condemn(_ label: String, at provider: String, by person: String) throws -> Bool {
        try run(
            """
            UPDATE pod_sighting SET condemned_by = \(person)
             WHERE provider = \(provider) AND label = \(label) AND upstream_id <> ''
            """) > 0
    }
}

extension Transaction {
    /// The attempt that made a pod, written down again after the books were lost.
    package func insertAdopted(
        _ label: PodLabel, _ upstreamID: String, of listing: Listing, rate: HourlyRate
    ) throws {
        try run(
            """
            INSERT INTO attempt (rental_id, number, label, listing_id, provider, offer_key, rate_cents, outcome,
                                 upstream_id, started_at_s)
            VALUES (\(label.rental), \(label.number), \(label.description), \(listing.id), \(listing.provider),
                    \(listing.offerKey), \(rate), 'created', \(upstreamID), \(label.launchedAt))
            """)
    }
}
