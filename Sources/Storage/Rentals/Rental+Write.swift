import Domain

extension Transaction {
    /// Another listing is tried; the rate of the one that answers is what counts.
    package func move(_ rental: ID<Rental>, to listing: Listing, deadline: Instant) throws {
        try run(
            """
            UPDATE rental SET provider = \(listing.provider), region = \(listing.region), model = \(listing.model),
                              rate_cents = \(listing.price), deadline_at_s = \(deadline)
             WHERE id = \(rental) AND state = 'provisioning'
            """)
    }

    /// False when the rental no longer waits for a pod: then the pod is terminated on sight.
    package func markRunning(
        _ rental: ID<Rental>, host: String, port: Int, user: String, fingerprint: String?, at now: Instant
    ) throws -> Bool {
        try run(
            """
            UPDATE rental SET state = 'running', running_at_s = \(now), confirmed_at_s = \(now), host = \(host),
                              port = \(port), ssh_user = \(user), host_key_fingerprint = \(fingerprint),
                              auto_stop_at_s = \(now) + auto_stop_after_s
             WHERE id = \(rental) AND state = 'provisioning'
            """) == 1
    }

    /// The provider said at `now`: alive, the same pod. An older word changes nothing.
    package func confirm(_ rental: ID<Rental>, at now: Instant) throws {
        try run(
            """
            UPDATE rental SET confirmed_at_s = \(now)
             WHERE id = \(rental) AND confirmed_at_s < \(now) AND closed_at_s IS NULL
            """)
    }

    /// The end is decided: no second after `last` is billed.
    package func markStopping(_ rental: ID<Rental>, at last: Instant, reason: StopReason) throws {
        try run(
            """
            UPDATE rental SET state = 'stopping', ends_at_s = \(last), stop_reason = \(reason.rawValue)
             WHERE id = \(rental)
            """)
    }

    package func setEnd(_ rental: ID<Rental>, at last: Instant) throws {
        try run("UPDATE rental SET ends_at_s = \(last) WHERE id = \(rental) AND ends_at_s IS NULL")
    }

    package func markFailed(_ rental: ID<Rental>, reason: StopReason, error: String) throws {
        try run(
            """
            UPDATE rental SET state = 'failed', stop_reason = \(reason.rawValue), error = \(error)
             WHERE id = \(rental)
            """)
    }

    package func markClosed(_ rental: ID<Rental>, at now: Instant) throws {
        try run("UPDATE rental SET closed_at_s = \(now) WHERE id = \(rental) AND closed_at_s IS NULL")
    }

    package func markStopped(_ rental: ID<Rental>) throws {
        try run("UPDATE rental SET state = 'stopped' WHERE id = \(rental) AND state = 'stopping'")
    }

    package func storeLog(_ text: String, of rental: ID<Rental>) throws {
        try run("UPDATE rental SET log = \(text) WHERE id = \(rental)")
    }
}
