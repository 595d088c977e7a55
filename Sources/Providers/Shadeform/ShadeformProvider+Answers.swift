import Configuration
import Domain
import Foundation
import JSON

/// One type of instance in one region of one cloud, with what a create has to say of it.
struct ShadeformOffer: Sendable {
    let offer: Offer
    let cloud: String
    let type: String
    let region: String
    let os: String?
}

extension ShadeformProvider {
    static func types(_ account: CloudAccount, _ settings: ShadeformSettings) async throws -> [ShadeformOffer]
    {
        let call = CloudCall(
            .get, "/v1/instances/types", query: [("available", "true"), ("sort", "price")],
            buckets: ["account"], within: .seconds(18))
        let value = try await account.repeatable(call).value(words: words)
        guard let types = value["instance_types"]?.items else { throw ProviderFault.malformed("types") }
        return types.flatMap { offers($0, settings) }
    }

    /// Only virtual machines: containers and bare metal start and answer in other ways.
    private static func offers(_ value: JSON, _ settings: ShadeformSettings) -> [ShadeformOffer] {
        guard value["deployment_type"]?.text == "vm", let cloud = value["cloud"]?.text,
            settings.clouds.isEmpty || settings.clouds.contains(cloud),
            let type = value["shade_instance_type"]?.text, let parts = value["configuration"],
            parts["gpu_manufacturer"]?.text?.lowercased() == "nvidia",
            let gpu = parts["gpu_type"]?.text, let memory = parts["vram_per_gpu_in_gb"]?.integer,
            let count = parts["num_gpus"]?.integer, count > 0,
            let cost = value["hourly_price"]?.costInCents(), cost.microDollarsPerHour > 0
        else { return [] }
        let model = CloudGPU(
            name: gpu, memoryMB: memory * 1_024, formFactor: parts["interconnect"]?.text)
        let systems = parts["os_options"]?.items?.compactMap(\.text) ?? []
        let os = settings.os.flatMap { wanted in systems.first { $0.hasPrefix(wanted) } } ?? systems.first
        return (value["availability"]?.items ?? []).compactMap { place in
            guard let region = place["region"]?.text, let isFree = place["available"]?.flag else {
                return nil
            }
            let country = (place["display_name"]?.text).flatMap(Country.code(of:)) ?? Country.code(of: region)
            let offer = Offer(
                key: "\(cloud)/\(type)/\(region)", family: model.family, model: model.model,
                vramGB: model.vramGB, gpuCount: count, cost: cost, region: region, regionCode: country ?? "",
                interconnect: parts["nvlink"]?.flag == true ? "NVLink" : model.interconnect,
                free: isFree ? 1 : 0,
                note: "A virtual machine at \(cloud): a template's image is not used.",
                formFactor: model.formFactor, source: cloud)
            return ShadeformOffer(offer: offer, cloud: cloud, type: type, region: region, os: os)
        }
    }

    func body(of order: PodOrder, _ known: ShadeformOffer) -> JSON {
        let boot = BootScript(order: order, hostKey: hostKeys.key(of: order.label))
        let script = Data(boot.forMachine(user: Self.user).utf8).base64EncodedString()
        var body: JSON = [
            "cloud": .string(known.cloud), "region": .string(known.region),
            "shade_instance_type": .string(known.type), "shade_cloud": true, "name": .string(order.label),
            "ssh_key_id": .string(settings.sshKeyID), "tags": [.string(Self.tag + order.label)],
            "launch_configuration": [
                "type": "script", "script_configuration": ["base64_script": .string(script)],
            ],
        ]
        if let os = known.os { body["os"] = .string(os) }
        if let end = order.expiresAt { body["auto_delete"] = ["date_threshold": .string(end.iso8601)] }
        return body
    }

    static func list(_ account: CloudAccount, _ hostKeys: HostKeys) async throws -> [CloudPod] {
        let call = CloudCall(.get, "/v1/instances", buckets: ["account"])
        let value = try await account.repeatable(call).value(words: words)
        guard let items = value["instances"]?.items else { throw ProviderFault.malformed("instances") }
        return try items.map { try pod($0, hostKeys) }
    }

    static func pod(_ value: JSON, _ hostKeys: HostKeys) throws -> CloudPod {
        guard let id = value["id"]?.text else { throw ProviderFault.malformed("id") }
        let tag = value["tags"]?.items?.compactMap(\.text).first { $0.hasPrefix(Self.tag) }
        let name = tag.map { String($0.dropFirst(Self.tag.count)) } ?? value["name"]?.text
        var key: String?
        if let cloud = value["cloud"]?.text, let type = value["shade_instance_type"]?.text,
            let region = value["region"]?.text
        {
            key = "\(cloud)/\(type)/\(region)"
        }
        return CloudPod(
            id: id, name: name, state: state(value, label: name ?? "", hostKeys), offerKey: key,
            rate: value["hourly_price"]?.costInCents())
    }

    private static func state(_ value: JSON, label: String, _ hostKeys: HostKeys) -> PodState {
        switch value["status"]?.text {
        case "creating", "pending_provider", "pending": return .pending
        case "active":
            guard let host = value["ip"]?.text, !host.isEmpty, let port = value["ssh_port"]?.integer,
                (1...65_535).contains(port)
            else { return .pending }
            return .running(
                Endpoint(
                    host: host, port: port, user: value["ssh_user"]?.text ?? user,
                    hostKeyFingerprint: hostKeys.key(of: label)?.fingerprint))
        case "error": return .failed(reason: "the cloud behind Shadeform reports an error")
        case "deleting", "deleted": return .gone  // Its bill ends with `deleting`.
        case let word: return .unknown(CloudAnswer.presentable(word ?? "no status"))
        }
    }

    static let tag = "outlet-label="
    static let user = "shadeform"

    static func words(_ value: JSON) -> String? { value["error"]?.text ?? value["message"]?.text }
}
