import Domain

/// A rental as stored. A class: each copy of so many texts would count every one of them.
package final class RentalRow: Sendable {
    package let id: ID<Rental>
    package let user: ID<User>
    package let name: String?
    package let family: String
    package let gpuCount: Int
    package let templateID: String
    package let rate: HourlyRate  // Of the listing taken; locked once running.
    package let status: RentalStatus
    package let askedAt: Instant
    package let runningAt: Instant?
    package let confirmedAt: Instant?
    package let endsAt: Instant?
    package let closedAt: Instant?
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

    fileprivate init(_ row: inout CellsInOrder) throws {
        id = try row.id()
        user = try row.id()
        name = try row.optionalText()
        family = try row.text()
        gpuCount = try Int(row.int())
        templateID = try row.text()
        rate = try row.rate()
        status = try RentalStatus(rawValue: row.text())!  // The schema knows these five.
        askedAt = try row.instant()
        runningAt = try row.optionalInstant()
        confirmedAt = try row.optionalInstant()
        endsAt = try row.optionalInstant()
        closedAt = try row.optionalInstant()
        autoStopAt = try row.optionalInstant()
        billed = try row.seconds()
        stopReason = try row.optionalText().flatMap(StopReason.init)
        error = try row.optionalText()
        provider = try row.text()
        region = try row.text()
        host = try row.optionalText()
        port = try row.optionalInt().map { Int($0) }
        sshUser = try row.optionalText()
        hostKeyFingerprint = try row.optionalText()
    }

    /// While it draws from its wallet; nil before its first second, and once it is closed.
    package var meteredTime: MeteredTime? {
        guard closedAt == nil, let runningAt, let confirmedAt else { return nil }
        return MeteredTime(
            startedAt: runningAt, billed: billed, endsAt: endsAt ?? autoStopAt, confirmedAt: confirmedAt)
    }

    /// In the order in which they are read. Without what only a launch asks for, and what may be long.
    fileprivate static let columns: SQL = """
        id, user_id, name, family, gpu_count, template_id, rate_cents, state, asked_at_s, running_at_s, confirmed_at_s,
        ends_at_s, closed_at_s, auto_stop_at_s, billed_s, stop_reason, error, provider, region, host, port, ssh_user,
        host_key_fingerprint
        """
}

/// Where else a launch may go, and for how much.
package struct LaunchBoundsRow: Sendable {
    package let region: String?  // Nil: any.
    package let provider: String?  // Nil: any.
    package let maxRate: HourlyRate  // The hold is for this one.
}

/// What a renter gave a pod to start with.
package struct StartupRow: Sendable {
    package let environment: String  // A JSON object of texts.
    package let script: String?
    package let authorizedKeys: String  // One line each.
}

extension ReadSession {
    package func rental(_ id: ID<Rental>) throws -> RentalRow? {
        try rentals(where: "id = \(id)").first
    }

    package func rentals(where condition: SQL) throws -> [RentalRow] {
        var rentals: [RentalRow] = []
        try eachRental(where: condition) { rentals.append($0) }
        return rentals
    }

    /// Hands each to `use`, which may not read rentals meanwhile.
    package func eachRental(where condition: SQL, _ use: (RentalRow) throws -> Void) throws {
        try eachRow("SELECT \(RentalRow.columns) FROM rental WHERE \(condition)") { try use(RentalRow(&$0)) }
    }

    /// The bounds of a rental's launch. The rental must be there.
    package func launchBounds(of rental: ID<Rental>) throws -> LaunchBoundsRow {
        let row = try row(
            "SELECT wanted_region, wanted_provider, max_rate_cents FROM rental WHERE id = \(rental)")!
        return LaunchBoundsRow(
            region: row.optionalText("wanted_region"), provider: row.optionalText("wanted_provider"),
            maxRate: row.rate("max_rate_cents"))
    }

    /// What the pod of a rental is started with. The rental must be there.
    package func startup(of rental: ID<Rental>) throws -> StartupRow {
        let row = try row(
            "SELECT environment, startup_script, authorized_keys FROM rental WHERE id = \(rental)")!
        return StartupRow(
            environment: row.text("environment"), script: row.optionalText("startup_script"),
            authorizedKeys: row.text("authorized_keys"))
    }

    /// What its provider's log said; not part of the row, since it may be long.
    package func log(of rental: ID<Rental>) throws -> String? {
        try row("SELECT log FROM rental WHERE id = \(rental)")?.optionalText("log")
    }
}
