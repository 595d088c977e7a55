import Domain

/// A launch as the renter asked for it; shapes and ranges are already checked.
package struct LaunchRequest: Sendable {
    package var familyID: String
    package var gpuCount: Int
    package var templateID = "ubuntu-24-04"
    package var region: String?
    package var provider: String?
    package var name: String?
    package var autoStopAfter: Seconds?
    package var maxPrice: HourlyRate?
    package var environment: [String: String] = [:]
    package var startupScript: String?

    package init(familyID: String, gpuCount: Int) {
        self.familyID = familyID
        self.gpuCount = gpuCount
    }
}

/// Which rentals a list shows.
package enum RentalFilter: Sendable {
    case all
    case inProgress
    case status(RentalStatus)
}

/// Which lines of the ledger a list shows; the times are inclusive and exclusive.
package struct LedgerFilter: Sendable {
    package var type: String?
    package var rental: ID<Rental>?
    package var from: Instant?
    package var to: Instant?

    package init() {}
}
