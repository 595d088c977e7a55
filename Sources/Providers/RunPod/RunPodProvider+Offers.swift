import Configuration
import Domain
import JSON

/// What one offer of RunPod is: a type of GPU, how many, which cloud, and where.
struct RunPodOfferKey: Hashable {
    var gpu: String
    var count: Int
    var tier: String
    var dataCenter: String?

    var text: String { "\(gpu)/\(count)/\(tier)/\(dataCenter ?? "any")" }

    init(gpu: String, count: Int, tier: String, dataCenter: String?) {
        self.gpu = gpu
        self.count = count
        self.tier = tier
        self.dataCenter = dataCenter
    }

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, !parts[0].isEmpty, let count = Int(parts[1]), count > 0 else { return nil }
        self.init(gpu: parts[0], count: count, tier: parts[2], dataCenter: parts[3] == "any" ? nil : parts[3])
    }
}

extension RunPodProvider {
    /// One question for each cloud and number of GPUs: stock is told for one number at a time.
    static func offers(_ account: CloudAccount, _ settings: RunPodSettings) async throws -> [Offer] {
        var offers: [Offer] = []
        for tier in settings.tiers {
            for count in settings.gpuCounts {
                var query = [
                    (name: "include", value: "AVAILABILITY"), (name: "product", value: "POD"),
                    (name: "count", value: "\(count)"), (name: "cloud", value: tier.rawValue),
                ]
                if let version = settings.minCudaVersion { query.append(("minCudaVersion", version)) }
                let call = CloudCall(.get, "/v2/catalog/gpus", query: query, buckets: ["account"])
                let value = try await account.repeatable(call).value(words: words)
                guard let gpus = value["gpus"]?.items else { throw ProviderFault.malformed("gpus") }
                offers += gpus.flatMap { Self.offers($0, count, tier, settings) }
            }
        }
        return offers
    }

    /// The offers of one type; none where a price or a size cannot be read.
    private static func offers(
        _ gpu: JSON, _ count: Int, _ tier: RunPodSettings.Tier, _ settings: RunPodSettings
    ) -> [Offer] {
        let field = tier == .secure ? "secure" : "community"
        guard gpu["manufacturer"]?.text == "NVIDIA", let id = gpu["id"]?.text, !id.contains("/"),
            let memory = gpu["memory"]?.integer, let most = gpu["maxCount"]?[field]?.integer, most >= count,
            let gpuCost = gpu["price"]?[field]?.cost(times: count), gpuCost.microDollarsPerHour > 0,
            let cost = HourlyCost(
                microDollarsPerHour: gpuCost.microDollarsPerHour + diskCost(gigabytes: settings.diskGB))
        else { return [] }
        // The data centres' H100 with HBM3 is the SXM module; nothing else in the name says so.
        let model = CloudGPU(
            name: id, memoryMB: memory * 1_024, formFactor: id.contains("HBM3") ? "SXM" : nil)
        let places = (gpu["dataCenters"]?.items ?? []).compactMap { place in
            place["id"]?.text.map { (id: $0, stock: stock(place["availability"])) }
        }.filter { settings.dataCenters.isEmpty || settings.dataCenters.contains($0.id) }

        func offer(at place: String?, free: Int) -> Offer {
            let key = RunPodOfferKey(gpu: id, count: count, tier: tier.rawValue, dataCenter: place)
            return Offer(
                key: key.text, family: model.family, model: model.model, vramGB: model.vramGB,
                gpuCount: count,
                cost: cost, region: place ?? "any", regionCode: place.flatMap(Country.code(of:)) ?? "",
                interconnect: model.interconnect, free: free,
                note: tier == .community ? "On a machine of RunPod's community." : nil,
                formFactor: model.formFactor, source: place)
        }
        if !places.isEmpty { return places.map { offer(at: $0.id, free: $0.stock) } }
        guard settings.dataCenters.isEmpty else { return [] }
        return [offer(at: nil, free: stock(gpu["availability"]))]
    }

    /// RunPod tells stock in words. A word that nobody knows is no stock.
    private static func stock(_ word: JSON?) -> Int {
        switch word?.text {
        case "LOW": 1
        case "MEDIUM": 4
        case "HIGH": 16
        default: 0
        }
    }

    /// Ten cents a gigabyte and month of 720 hours, for as long as the pod runs; rounded up.
    static func diskCost(gigabytes: Int) -> Int64 { (Int64(gigabytes) * 100_000 + 719) / 720 }

    func body(of order: PodOrder, _ offer: RunPodOfferKey, _ boot: BootScript) -> JSON {
        let keys = JSON.string(order.authorizedKeys.joined(separator: "\n"))
        let environment: JSON = [
            // An image that starts its own server as RunPod's do takes these in place of the account's keys.
            "PUBLIC_KEY": keys, "SSH_PUBLIC_KEY": keys, BootScript.variable: .string(boot.packed),
        ]
        var gpu: JSON = ["id": .string(offer.gpu), "count": .number("\(offer.count)")]
        if let version = settings.minCudaVersion { gpu["minCudaVersion"] = .string(version) }
        let start: JSON = ["entrypoint": ["/bin/sh"], "cmd": ["-c", .string(BootScript.unpack)]]
        var body: JSON = [
            "name": .string(order.label), "image": .string(order.image), "gpu": gpu,
            "cloud": .string(offer.tier), "disk": .number("\(settings.diskGB)"), "ports": ["22/tcp"],
            "env": environment,
            "args": .string(
                settings.overridesEntrypoint ? start.written : "sh -c '\(BootScript.unpack)'"),
        ]
        if let place = offer.dataCenter { body["dataCenterIds"] = [.string(place)] }
        return body
    }
}
