import Domain

/// One place where pods come from. Answers are parsed into own values: an unknown word becomes `unknown`, never a crash.
/// Every method may throw a `ProviderFault`; only the meter calls them.
package protocol Provider: Sendable {
    var code: String { get }  // Unique in one outlet, `local`.
    /// A create that has not become ready within this time is terminated and costs nothing.
    var provisionDeadline: Seconds { get }
    /// Shown to renters before a launch; from experience.
    var estimatedProvisionTime: Seconds { get }

    /// What can be rented now.
    func offers() async throws -> [Offer]
    /// Starts one pod. Never throws: an outcome that is not known is `unknown`, to be found again by its label.
    func create(_ order: PodOrder) async -> Creation
    /// Every pod in the account that carries a label with this prefix. Throws when the list may be incomplete.
    func list(labelPrefix: String) async throws -> [Pod]
    /// The pod with this label, whatever its state; `gone` when the provider is sure that there is none.
    func get(label: String, upstreamID: String?) async throws -> PodState
    /// Ends the pod and everything made for it. Again, or for one that never was: the same.
    func terminate(label: String, upstreamID: String?) async throws -> Termination
    /// What the pod's start wrote, secrets removed, at most 64 KiB; nil where the provider keeps none.
    func log(label: String, upstreamID: String?) async throws -> String?
    /// Nil when the provider works here; else why not and what to do, for the operator.
    func problem() async -> String?
}

/// One thing a provider sells, before the outlet's markup.
package struct Offer: Hashable, Sendable {
    package let key: String  // Stable for as long as it is sold.
    package let family: String
    package let model: String
    package let vramGB: Int  // Per GPU.
    package let gpuCount: Int
    package let price: HourlyRate
    package let region: String
    package let regionCode: String
    package let interconnect: String?
    package let free: Int  // How many more could be created now; 0 is sold out.
    package let note: String?

    package init(
        key: String, family: String, model: String, vramGB: Int, gpuCount: Int, price: HourlyRate,
        region: String,
        regionCode: String, interconnect: String?, free: Int, note: String?
    ) {
        self.key = key
        self.family = family
        self.model = model
        self.vramGB = vramGB
        self.gpuCount = gpuCount
        self.price = price
        self.region = region
        self.regionCode = regionCode
        self.interconnect = interconnect
        self.free = free
        self.note = note
    }
}

/// What to create. `label` is unique for ever and committed before the provider hears of it.
package struct PodOrder: Sendable {
    package let label: String  // `outlet-<site>-<rental ulid, lower case>-<n>`
    package let offerKey: String
    package let authorizedKeys: [String]  // `type base64 comment`, one key each; already checked.
    package let environment: [String: String]
    package let bootScript: String  // The template's, then the renter's; for `sh`, may be empty.
    package let image: String

    package init(
        label: String, offerKey: String, authorizedKeys: [String], environment: [String: String],
        bootScript: String,
        image: String
    ) {
        self.label = label
        self.offerKey = offerKey
        self.authorizedKeys = authorizedKeys
        self.environment = environment
        self.bootScript = bootScript
        self.image = image
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

/// The fixed vocabulary of provider trouble; each case asks for its own reaction.
package enum ProviderFault: Error, Hashable, Sendable {
    case noCapacity(String)
    case auth(String)
    case payment(String)
    case rateLimited(after: Seconds?)
    case invalid(String)
    case notFound
    case conflict(String)
    case transient(String)
}
