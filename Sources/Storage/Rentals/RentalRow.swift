import Domain

/// A rental as stored.
package struct RentalRow: Sendable {
    package let id: ID<Rental>
    package let user: ID<User>
    package let name: String?
    package let family: String
    package let gpuCount: Int
    package let templateID: String
    package let wantedRegion: String?
    package let wantedProvider: String?
    package let rate: HourlyRate  // Of the listing taken; locked once running.
    package let maxRate: HourlyRate  // The hold is for this one.
    package let status: RentalStatus
    package let askedAt: Instant
    package let runningAt: Instant?
    package let confirmedAt: Instant?
    package let endsAt: Instant?
    package let closedAt: Instant?
    package let autoStopAfter: Seconds?
    package let autoStopAt: Instant?
    package let billed: Seconds
    package let stopReason: StopReason?
    package let error: String?
    package let provider: String
    package let region: String
    package let host: String?
    package let port: Int?
    package let sshUser: String?
    package let hostKeyFingerprint: String?
    package let environment: String  // A JSON object of texts.
    package let startupScript: String?
    package let authorizedKeys: String  // One line each.

    init(_ row: Row) {
        id = row.id("id")
        user = row.id("user_id")
        name = row.optionalText("name")
        family = row.text("family")
        gpuCount = Int(row.int("gpu_count"))
        templateID = row.text("template_id")
        wantedRegion = row.optionalText("wanted_region")
        wantedProvider = row.optionalText("wanted_provider")
        rate = row.rate("rate_cents")
        maxRate = row.rate("max_rate_cents")
        status = RentalStatus(rawValue: row.text("state"))!  // The schema knows these five.
        askedAt = row.instant("asked_at_s")
        runningAt = row.optionalInstant("running_at_s")
        confirmedAt = row.optionalInstant("confirmed_at_s")
        endsAt = row.optionalInstant("ends_at_s")
        closedAt = row.optionalInstant("closed_at_s")
        autoStopAfter = row.optionalInt("auto_stop_after_s").map { Seconds($0) }
        autoStopAt = row.optionalInstant("auto_stop_at_s")
        billed = row.seconds("billed_s")
        stopReason = row.optionalText("stop_reason").flatMap(StopReason.init)
        error = row.optionalText("error")
        provider = row.text("provider")
        region = row.text("region")
        host = row.optionalText("host")
        port = row.optionalInt("port").map { Int($0) }
        sshUser = row.optionalText("ssh_user")
        hostKeyFingerprint = row.optionalText("host_key_fingerprint")
        environment = row.text("environment")
        startupScript = row.optionalText("startup_script")
        authorizedKeys = row.text("authorized_keys")
    }

    /// In the order in which they are read. Without the log, which may be long.
    fileprivate static let columns: SQL = """
        id, user_id, name, family, gpu_count, template_id, wanted_region, wanted_provider, rate_cents, max_rate_cents,
        state, asked_at_s, running_at_s, confirmed_at_s, ends_at_s, closed_at_s, auto_stop_after_s, auto_stop_at_s,
        billed_s, stop_reason, error, provider, region, host, port, ssh_user, host_key_fingerprint, environment,
        startup_script, authorized_keys
        """
}

extension ReadSession {
    package func rental(_ id: ID<Rental>) throws -> RentalRow? {
        try row("SELECT \(RentalRow.columns) FROM rental WHERE id = \(id)").map(RentalRow.init)
    }

    package func rentals(where condition: SQL) throws -> [RentalRow] {
        try rows("SELECT \(RentalRow.columns) FROM rental WHERE \(condition)").map(RentalRow.init)
    }

    /// What its provider's log said; not part of the row, since it may be long.
    package func log(of rental: ID<Rental>) throws -> String? {
        try row("SELECT log FROM rental WHERE id = \(rental)")?.optionalText("log")
    }
}
