/// Why one try of a launch brought no pod.
package enum LaunchTrouble: Hashable, Sendable {
    case noCapacity
    case refusedOrder  // Our mistake, or a stale name.
    case busy  // Not possible now.
    case failure  // Of the provider; nothing was made.
    case slowDown(Seconds?)
    case noAccess  // The outlet's credentials are refused.
    case noMoney  // Of the outlet's at the provider.
    case brokenStart  // A pod was made, and failed or vanished before it answered.
    case neverReady
    case wrongHardware
    case wrongHostKey

    /// Whether it says something of how reliable the provider is; the outlet's own mistakes and empty accounts do not.
    package var isProviders: Bool {
        switch self {
        case .refusedOrder, .slowDown, .noAccess, .noMoney: false
        case .noCapacity, .busy, .failure, .brokenStart, .neverReady, .wrongHardware, .wrongHostKey: true
        }
    }

    /// What is not tried again, and for how long. A machine that cheated is left alone for a day; what is sold out may
    /// be back in minutes; without access or money nothing at all works there.
    package var block: (scope: LaunchBlock.Scope, time: Seconds) {
        switch self {
        case .noCapacity: (.listing, Seconds(300))
        case .refusedOrder: (.listing, Seconds(900))
        case .busy: (.listing, .minute)
        case .failure: (.listing, Seconds(120))
        case .slowDown(let time): (.provider, min(max(time ?? Seconds(30), Seconds(1)), Seconds(600)))
        case .noAccess, .noMoney: (.provider, Seconds(600))
        case .brokenStart: (.source, Seconds(1_800))
        case .neverReady: (.source, .hour)
        case .wrongHardware, .wrongHostKey: (.source, .day)
        }
    }

    /// Whether the operator should know at once.
    package var isAlarm: Bool {
        switch self {
        case .noAccess, .noMoney, .wrongHardware, .wrongHostKey: true
        case .noCapacity, .refusedOrder, .busy, .failure, .slowDown, .brokenStart, .neverReady: false
        }
    }
}

/// Something that is not launched for a while.
package struct LaunchBlock: Hashable, Sendable {
    package enum Scope: String, Sendable, CaseIterable { case listing, source, region, provider }

    package let provider: String
    package let scope: Scope
    package let name: String  // A listing's id, a source, a region with a model; empty for the provider.
    package let until: Instant
    package let reason: String

    package init(provider: String, scope: Scope, name: String, until: Instant, reason: String) {
        self.provider = provider
        self.scope = scope
        self.name = name
        self.until = until
        self.reason = reason
    }

    /// Of one listing, in a scope. A provider that names no source is blamed by its listing.
    package init(_ listing: Listing, scope: Scope, until: Instant, reason: String) {
        let name: (Scope, String) =
            switch scope {
            case .provider: (.provider, "")
            case .region: (.region, "\(listing.region)/\(listing.model)")
            case .source: listing.source.map { (.source, $0) } ?? (.listing, listing.id.text)
            case .listing: (.listing, listing.id.text)
            }
        self.init(
            provider: listing.provider, scope: name.0, name: name.1, until: until, reason: reason)
    }

    func holds(_ listing: Listing) -> Bool {
        guard provider == listing.provider else { return false }
        return switch scope {
        case .provider: true
        case .region: name == "\(listing.region)/\(listing.model)"
        case .source: name == listing.source
        case .listing: name == listing.id.text
        }
    }

    /// So many listings of one model without capacity, and its region is left alone.
    package static let listingsOfARegion = 3
}
