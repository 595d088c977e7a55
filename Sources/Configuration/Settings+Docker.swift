import Domain
import Yams

extension YAMLSection {
    static let dockerKeys = [
        "code", "kind", "endpoint", "engineSocket", "identityFile", "knownHostsFile", "caFile",
        "certificateFile", "keyFile", "host", "bindAddress", "ports", "network", "gpuRequest", "inventory",
        "inventoryImage", "gpus", "offers",
    ]

    func dockerProvider(folder: String) -> DockerProviderSettings {
        let endpoint = dockerEndpoint("endpoint", folder: folder)
        let (first, last) = portRange("ports", default: "20000-20999")
        let request = text("gpuRequest", default: "auto", rule: "auto, cdi or nvidia") {
            DockerProviderSettings.GPURequest(rawValue: $0) != nil
        }
        var usual = "host"
        if case .tcp = endpoint { usual = has("inventoryImage") ? "engine" : "none" }
        let inventory = text("inventory", default: usual, rule: "host, engine or none") {
            DockerProviderSettings.Inventory(rawValue: $0) != nil
        }
        let gpus = dockerGPUs("gpus")
        let settings = DockerProviderSettings(
            code: providerCode(), endpoint: endpoint, host: hostName("host", default: nil),
            bindAddress: text("bindAddress", default: "0.0.0.0", rule: "an IPv4 or IPv6 address") {
                $0.isAddress
            },
            firstPort: first, lastPort: last,
            network: text("network", default: "outlet-pods", rule: "1 to 64 of letters, digits, '-' and '_'")
            { $0.isName(1...64, of: Self.nameLetters + "-_") },
            gpuRequest: DockerProviderSettings.GPURequest(rawValue: request) ?? .auto,
            inventory: DockerProviderSettings.Inventory(rawValue: inventory) ?? .none,
            inventoryImage: optionalText("inventoryImage", rule: "the name of an image, without spaces") {
                !$0.isEmpty && $0.isPrintable && !$0.contains(" ")
            },
            gpus: gpus, offers: dockerOffers("offers", gpus: gpus))
        if settings.inventory == .engine, settings.inventoryImage == nil {
            refuse("inventoryImage", "is missing; with inventory: engine, nvidia-smi runs in it")
        }
        if case .tcp = endpoint, settings.inventory == .host {
            refuse("inventory", "must be engine or none: over tcp, nothing can be run beside the engine")
        }
        return settings
    }

    private static let nameLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    private func dockerEndpoint(_ key: String, folder: String) -> DockerProviderSettings.Endpoint {
        let rule = "unix:///PATH, ssh://USER@HOST or tcp://HOST:2376 (with TLS)"
        let text = text(key, default: nil, rule: rule) { Self.endpointParts($0) != nil }
        let parts = Self.endpointParts(text) ?? ("unix", "/")
        switch parts.scheme {
        case "ssh":
            let ends = Self.port(of: parts.rest)
            let socket = self.text("engineSocket", default: "/var/run/docker.sock", rule: "an absolute path")
            {
                $0.hasPrefix("/") && $0.isPrintable && !$0.contains(":") && !$0.contains(" ")
            }
            return .ssh(
                destination: ends.host, port: ends.port, socket: socket,
                identityFile: path("identityFile", folder: folder),
                knownHostsFile: path("knownHostsFile", folder: folder))
        case "tcp":
            let ends = Self.port(of: parts.rest)
            return .tcp(
                host: ends.host, port: ends.port ?? 2_376,
                tls: .init(
                    caFile: requiredPath("caFile", folder: folder),
                    certificateFile: requiredPath("certificateFile", folder: folder),
                    keyFile: requiredPath("keyFile", folder: folder)))
        default:
            return .unix(path: parts.rest)
        }
    }

    private func requiredPath(_ key: String, folder: String) -> String {
        guard let path = path(key, folder: folder) else {
            refuse(key, "is missing; tcp is never without TLS: caFile, certificateFile and keyFile")
            return ""
        }
        return path
    }

    private static func endpointParts(_ text: String) -> (scheme: String, rest: String)? {
        guard let end = text.firstRange(of: "://"), text.isPrintable, !text.contains(" ") else { return nil }
        let (scheme, rest) = (String(text[..<end.lowerBound]), String(text[end.upperBound...]))
        switch scheme {
        case "unix": return rest.hasPrefix("/") && rest.utf8.count <= 100 ? (scheme, rest) : nil
        case "ssh", "tcp":
            let host = port(of: rest).host
            let isName = !host.isEmpty && !host.hasPrefix("-") && !rest.contains("/")
            return isName && (scheme == "ssh" || !host.contains("@")) ? (scheme, rest) : nil
        default: return nil
        }
    }

    /// `host`, `host:port`, `[address]:port`.
    private static func port(of text: String) -> (host: String, port: Int?) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port), text.hasPrefix("[") || text.firstIndex(of: ":") == colon
        else { return (text.trimming("[]"), nil) }
        return (String(text[..<colon]).trimming("[]"), port)
    }

    private func dockerGPUs(_ key: String) -> [DockerProviderSettings.GPU] {
        var seen: Set<String> = []
        return list(key).map { node, path in
            let section = YAMLSection(node, at: path, keys: ["uuid", "family", "cdi"], problems: problems)
            let gpu = DockerProviderSettings.GPU(
                uuid: section.text("uuid", default: nil, rule: "a GPU's UUID, as 'nvidia-smi -L' prints it") {
                    $0.isName(5...64, of: Self.nameLetters + "-") && $0.hasPrefix("GPU-")
                },
                family: section.text("family", default: nil, rule: "1 to 64 of a-z, 0-9 and '-'") {
                    $0.isName(1...64, of: "abcdefghijklmnopqrstuvwxyz0123456789-")
                },
                cdiName: section.optionalText("cdi", rule: "a CDI device, such as nvidia.com/gpu=0") {
                    $0.isName(3...128, of: Self.nameLetters + "-_./=:") && $0.contains("=")
                })
            if !seen.insert(gpu.uuid).inserted { section.refuse("uuid", "is listed twice") }
            return gpu
        }
    }

    private func dockerOffers(_ key: String, gpus: [DockerProviderSettings.GPU])
        -> [DockerProviderSettings.Offer]
    {
        var seen: Set<[String]> = []
        return list(key, required: true).map { node, path in
            let keys = LocalProviderSettings.Offer.keys + ["cpus", "memoryGb", "diskGb"]
            let section = YAMLSection(node, at: path, keys: keys, problems: problems)
            let usesGPUs = !section.has("slots")
            let sold = section.offer(slots: 0)
            let ours = gpus.count { $0.family == sold.family }
            if usesGPUs, ours < sold.gpuCount {
                section.refuse(
                    "family",
                    "needs \(sold.gpuCount) GPUs of it under gpus:, there are \(ours); CPU pods have slots instead"
                )
            }
            if !seen.insert([sold.family, "\(sold.gpuCount)", sold.region]).inserted {
                section.refuse("family", "is offered twice with the same region and gpuCount")
            }
            return DockerProviderSettings.Offer(
                sold: sold, usesGPUs: usesGPUs,
                cpus: section.number("cpus", in: 1...1_024, default: nil),
                memoryGB: section.number("memoryGb", in: 1...16_384, default: nil, unit: "gigabytes"),
                diskGB: section.optionalNumber("diskGb", in: 1...1_000_000, unit: "gigabytes"))
        }
    }
}

extension String {
    fileprivate func trimming(_ characters: String) -> String {
        String(drop { characters.contains($0) }.reversed().drop { characters.contains($0) }.reversed())
    }
}
