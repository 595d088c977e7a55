import Domain
import Operations

struct RentalJSON: Encodable {
    let id: String
    let userId: String
    let email: String?
    let name: String?
    let status: String
    let familyId: String
    let gpuCount: Int
    let pricePerHourCents: Int64
    let provider: String
    let region: String
    let templateId: String
    let host: String?
    let port: Int?
    let startedAt: String
    let runningSince: String?
    let stoppedAt: String?
    let autoStopAt: String?
    let totalChargedCents: Int64
    let stopReason: String?
    let error: String?

    init(_ rental: RentalView, email: String?) {
        id = rental.id.text
        userId = rental.user.text
        self.email = email
        name = rental.name
        status = rental.status.rawValue
        familyId = rental.familyID
        gpuCount = rental.gpuCount
        pricePerHourCents = rental.price.centsPerHour
        provider = rental.provider
        region = rental.region
        templateId = rental.templateID
        host = rental.host
        port = rental.port
        startedAt = rental.startedAt.iso8601
        runningSince = rental.runningSince?.iso8601
        stoppedAt = rental.stoppedAt?.iso8601
        autoStopAt = rental.autoStopAt?.iso8601
        totalChargedCents = rental.totalCharged.count
        stopReason = rental.stopReason?.rawValue
        error = rental.error
    }
}

struct RentalDetailJSON: Encodable {
    struct Attempt: Encodable {
        let listingId: String
        let provider: String
        let pricePerHourCents: Int64
        let outcome: String
        let error: String?
        let startedAt: String
        let endedAt: String?
    }

    struct Event: Encodable {
        let id: String
        let type: String
        let at: String
        let message: String
    }

    let rental: RentalJSON
    let attempts: [Attempt]
    let events: [Event]

    init(_ rental: RentalJSON, _ attempts: [AttemptView], _ events: [RentalEventView]) {
        self.rental = rental
        self.attempts = attempts.map {
            Attempt(
                listingId: $0.listing.text, provider: $0.provider, pricePerHourCents: $0.price.centsPerHour,
                outcome: $0.outcome, error: $0.error, startedAt: $0.startedAt.iso8601,
                endedAt: $0.endedAt?.iso8601)
        }
        self.events = events.map {
            Event(id: $0.id.text, type: $0.type, at: $0.at.iso8601, message: $0.message)
        }
    }
}

extension RentalView {
    /// For people, a line a fact.
    func lines(email: String?) -> [(String, String?)] {
        [
            ("id", id.text), ("account", email ?? user.text), ("name", name), ("status", status.rawValue),
            ("what", "\(gpuCount) × \(familyID), \(templateID)"), ("where", "\(provider), \(region)"),
            ("price", price.forPeople), ("charged", totalCharged.forPeople),
            ("ssh", host.map { "\(sshUser ?? "user")@\($0) port \(port.map(String.init) ?? "?")" }),
            ("host key", hostKeyFingerprint), ("asked for", startedAt.forPeople),
            ("running since", runningSince?.forPeople), ("stopped", stoppedAt?.forPeople),
            ("stops by itself", autoStopAt?.forPeople), ("why it ended", stopReason?.rawValue),
            ("error", error),
        ]
    }
}
