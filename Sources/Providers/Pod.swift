import Domain

/// What to create. `label` is unique for ever and committed before the provider hears of it.
package struct PodOrder: Sendable {
    package let label: String  // `outlet-<site>-<rental ulid, lower case>-<n>`
    package let offerKey: String
    package let authorizedKeys: [String]  // `type base64 comment`, one key each; already checked.
    /// The outlet's own key, for a pod that is looked at by a sign-in.
    package let lookKey: LookKey?
    package let environment: [String: String]
    package let bootScript: String  // The template's, then the renter's; for `sh`, may be empty.
    package let image: String
    /// What the offer may cost at most; a provider that can tell beforehand refuses above it. Nil: any cost.
    package let maxCost: HourlyCost?
    /// When the provider itself shall end the pod, where it can; see `renewExpiry`.
    package let expiresAt: Instant?

    package init(
        label: String, offerKey: String, authorizedKeys: [String], lookKey: LookKey? = nil,
        environment: [String: String], bootScript: String, image: String, maxCost: HourlyCost? = nil,
        expiresAt: Instant? = nil
    ) {
        self.label = label
        self.offerKey = offerKey
        self.authorizedKeys = authorizedKeys
        self.lookKey = lookKey
        self.environment = environment
        self.bootScript = bootScript
        self.image = image
        self.maxCost = maxCost
        self.expiresAt = expiresAt
    }
}

/// The key with which the outlet looks into a pod before anybody pays, and takes out of it again.
package struct LookKey: Hashable, Sendable {
    package let line: String  // For authorized_keys, with its options.
    package let until: Instant  // A pod that starts later, for the second time, is not given it.

    package init(line: String, until: Instant) {
        self.line = line
        self.until = until
    }
}

/// What became of a create call. `unknown` is reconciled by label, and never sent again.
package enum Creation: Sendable {
    case created(upstreamID: String)
    /// Certainly nothing was created.
    case refused(ProviderFault)
    case unknown(String)
}

/// What a provider says of one pod.
package enum PodState: Hashable, Sendable {
    case pending
    case running(Endpoint)
    case failed(reason: String)
    case gone
    case unknown(String)
}

/// Where a pod answers SSH, and the host key it must show when the provider knows it.
package struct Endpoint: Hashable, Sendable {
    package let host: String
    package let port: Int
    package let user: String
    package let hostKeyFingerprint: String?  // `SHA256:…`

    package init(host: String, port: Int, user: String, hostKeyFingerprint: String?) {
        self.host = host
        self.port = port
        self.user = user
        self.hostKeyFingerprint = hostKeyFingerprint
    }
}

package struct Pod: Hashable, Sendable {
    package let label: String
    package let upstreamID: String
    package let state: PodState
    package let offerKey: String?  // What it was sold as, where the provider still knows.

    package init(label: String, upstreamID: String, state: PodState, offerKey: String? = nil) {
        self.label = label
        self.upstreamID = upstreamID
        self.state = state
        self.offerKey = offerKey
    }
}

package enum Termination: Hashable, Sendable { case gone, inProgress }
