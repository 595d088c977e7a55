import Domain

/// One machine of the operator's own, through its container engine: Docker, or Podman's Docker-compatible API.
/// One entry is one machine: then a machine that is silent hides, ends and delays nothing of the others.
package struct DockerProviderSettings: Sendable {
    /// Where the engine listens. Never plain TCP: whoever reaches the engine is root on its machine.
    package enum Endpoint: Hashable, Sendable {
        case unix(path: String)
        /// A socket there, forwarded by the `ssh` program; the user there needs a right to it and nothing else.
        case ssh(
            destination: String, port: Int?, socket: String, identityFile: String?, knownHostsFile: String?)
        case tcp(host: String, port: Int, tls: TLS)

        package struct TLS: Hashable, Sendable {
            package var caFile: String
            package var certificateFile: String
            package var keyFile: String

            package init(caFile: String, certificateFile: String, keyFile: String) {
                self.caFile = caFile
                self.certificateFile = certificateFile
                self.keyFile = keyFile
            }
        }
    }

    /// How a container asks for its GPUs.
    package enum GPURequest: String, Sendable, CaseIterable { case auto, cdi, nvidia }

    /// Where `nvidia-smi` is run to see which GPUs there are, and whose programs use them.
    package enum Inventory: String, Sendable, CaseIterable {
        case host  // Beside the engine's socket: here, or over ssh.
        case engine  // In a short-lived container of `inventoryImage` with all GPUs.
        case none  // Not at all: a GPU used by others is not noticed.
    }

    /// One GPU that may be sold. What is not listed is never given to a pod.
    package struct GPU: Hashable, Sendable {
        package var uuid: String  // `GPU-…`: an index may change with a boot.
        package var family: String
        package var cdiName: String?  // `nvidia.com/gpu=0`, where its CDI device is not named by the UUID.

        package init(uuid: String, family: String, cdiName: String? = nil) {
            self.uuid = uuid
            self.family = family
            self.cdiName = cdiName
        }
    }

    /// What is sold, and what a pod of it may use of the machine.
    package struct Offer: Hashable, Sendable {
        package var sold: LocalProviderSettings.Offer  // `slots` counts only without GPUs.
        package var usesGPUs: Bool
        package var cpus: Int
        package var memoryGB: Int
        package var diskGB: Int?  // Needs a storage driver with quotas; nil: as much as there is.

        package init(
            sold: LocalProviderSettings.Offer, usesGPUs: Bool, cpus: Int, memoryGB: Int, diskGB: Int? = nil
        ) {
            self.sold = sold
            self.usesGPUs = usesGPUs
            self.cpus = cpus
            self.memoryGB = memoryGB
            self.diskGB = diskGB
        }
    }

    package var code: String
    package var endpoint: Endpoint
    package var host: String  // What renters connect to.
    package var bindAddress: String  // Where the engine publishes pods' SSH ports.
    package var firstPort: Int
    package var lastPort: Int
    package var network: String  // Of pods: made when it is missing, without traffic between them.
    package var gpuRequest: GPURequest
    package var inventory: Inventory
    package var inventoryImage: String?
    package var gpus: [GPU]
    package var offers: [Offer]

    package init(
        code: String, endpoint: Endpoint, host: String, bindAddress: String = "0.0.0.0",
        firstPort: Int = 20_000, lastPort: Int = 20_999, network: String = "outlet-pods",
        gpuRequest: GPURequest = .auto, inventory: Inventory = .host, inventoryImage: String? = nil,
        gpus: [GPU] = [], offers: [Offer] = []
    ) {
        self.code = code
        self.endpoint = endpoint
        self.host = host
        self.bindAddress = bindAddress
        self.firstPort = firstPort
        self.lastPort = lastPort
        self.network = network
        self.gpuRequest = gpuRequest
        self.inventory = inventory
        self.inventoryImage = inventoryImage
        self.gpus = gpus
        self.offers = offers
    }
}

extension DockerProviderSettings.Endpoint {
    /// As the file has it.
    package var text: String {
        switch self {
        case .unix(let path): "unix://\(path)"
        case .ssh(let destination, let port, _, _, _): "ssh://\(destination)" + (port.map { ":\($0)" } ?? "")
        case .tcp(let host, let port, _): "tcp://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }
}
