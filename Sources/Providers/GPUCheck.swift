import Domain

/// How it is made sure that a pod has the GPUs that its renter was promised, before anybody pays.
package enum GPUCheck: Sendable {
    case none  // None are promised: demos.
    case engine  // The provider looks: `gpus`.
    case login  // The pod's own driver is asked, through a key that lives for this look only.
}

extension Provider {
    package var gpuCheck: GPUCheck { .none }
    package func gpus(label: String, upstreamID: String?) async throws -> [SeenGPU]? { nil }
}

extension CloudProvider {
    /// Nobody but the pod itself can tell what a stranger's machine has.
    package var gpuCheck: GPUCheck { .login }
}
