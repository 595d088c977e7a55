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

    // What only some providers can tell or do; the defaults say that this one cannot.

    /// How the GPUs of its pods are looked at before anybody pays.
    var gpuCheck: GPUCheck { get }
    /// What a pod has, for a provider that can look from outside; nil when it was to have none.
    func gpus(label: String, upstreamID: String?) async throws -> [SeenGPU]?
    /// What is left of the operator's money at the provider; nil where it does not tell.
    func balance() async throws -> ProviderBalance?
    /// What the provider has charged the operator since then, a line for each pod; nil where it does not tell.
    func charges(since: Instant) async throws -> [ProviderCharge]?
    /// What the provider asks for this pod now, whatever was quoted; nil where it does not tell.
    func rate(label: String, upstreamID: String?) async throws -> HourlyCost?
    /// Lets the provider end the pod by itself not before `until`, should the outlet be gone by then.
    func renewExpiry(label: String, upstreamID: String?, until: Instant) async throws
}

extension Provider {
    package func balance() async throws -> ProviderBalance? { nil }
    package func charges(since: Instant) async throws -> [ProviderCharge]? { nil }
    package func rate(label: String, upstreamID: String?) async throws -> HourlyCost? { nil }
    package func renewExpiry(label: String, upstreamID: String?, until: Instant) async throws {}
}
