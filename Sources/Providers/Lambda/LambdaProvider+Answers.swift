import Domain
import JSON

extension LambdaProvider {
    /// One offer for each region; a type that no region has is sold out.
    func offers(_ value: JSON) -> [Offer] {
        guard let type = value["instance_type"], let name = type["name"]?.text, !name.contains("/"),
            let count = type["specs"]?["gpus"]?.integer, count > 0,
            let cost = type["price_cents_per_hour"]?.costInCents(), cost.microDollarsPerHour > 0,
            let words = type["gpu_description"]?.text ?? type["description"]?.text
        else { return [] }
        // `H100 (80 GB PCIe)`, or with the number of them before it.
        let gpu = words.split(separator: " ").drop { $0.hasSuffix("x") && Int($0.dropLast()) != nil }
        let gigabytes = words.split { !$0.isNumber }.last { words.contains("\($0) GB") }.flatMap { Int($0) }
        let model = CloudGPU(name: gpu.joined(separator: " "), memoryMB: (gigabytes ?? 0) * 1_024)
        return (value["regions_with_capacity_available"]?.items ?? []).compactMap { region in
            guard let code = region["name"]?.text, settings.regions.isEmpty || settings.regions.contains(code)
            else { return nil }
            let country = Country.code(of: code) ?? region["description"]?.text.flatMap(Country.code(of:))
            return Offer(
                key: "\(name)/\(code)", family: model.family, model: model.model, vramGB: model.vramGB,
                gpuCount: count, cost: cost, region: code, regionCode: country ?? "",
                interconnect: model.interconnect, free: 1,
                note: "A virtual machine with Lambda's own software: a template's image is not used.",
                formFactor: model.formFactor, source: code)
        }
    }

    static func list(_ account: CloudAccount, _ hostKeys: HostKeys) async throws -> [CloudPod] {
        let call = CloudCall(.get, "/api/v1/instances", buckets: ["account"])
        let value = try value(of: await account.repeatable(call))
        guard let items = value["data"]?.items else { throw ProviderFault.malformed("instances") }
        return try items.map { try pod($0, hostKeys) }
    }

    static func pod(_ value: JSON, _ hostKeys: HostKeys) throws -> CloudPod {
        guard let id = value["id"]?.text else { throw ProviderFault.malformed("id") }
        let tag = value["tags"]?.items?.first { $0["key"]?.text == "outlet-label" }?["value"]?.text
        let name = tag ?? value["name"]?.text
        var key: String?
        if let type = value["instance_type"]?["name"]?.text, let region = value["region"]?["name"]?.text {
            key = "\(type)/\(region)"
        }
        return CloudPod(
            id: id, name: name, state: state(value, label: name ?? "", hostKeys), offerKey: key,
            rate: value["instance_type"]?["price_cents_per_hour"]?.costInCents())
    }

    private static func state(_ value: JSON, label: String, _ hostKeys: HostKeys) -> PodState {
        switch value["status"]?.text {
        case "booting": return .pending
        // Unhealthy ones are billed, and often answer: SSH tells.
        case "active", "unhealthy":
            guard let host = value["ip"]?.text, !host.isEmpty else { return .pending }
            return .running(
                Endpoint(
                    host: host, port: 22, user: user,
                    hostKeyFingerprint: hostKeys.key(of: label)?.fingerprint))
        case "terminating", "terminated": return .gone
        case "preempted": return .failed(reason: "Lambda took the machine back")
        case let word: return .unknown(CloudAnswer.presentable(word ?? "no status"))
        }
    }

    static func creation(_ answer: CloudAnswer) -> Creation {
        if let code = answer.json?["error"]?["code"]?.text {
            let words = answer.json.flatMap(words) ?? code
            if code.hasSuffix("insufficient-capacity") || isRegionUnknown(answer.json) {
                return .refused(.noCapacity(CloudAnswer.presentable(words)))
            }
        }
        if answer.isNoOutcome { return .unknown("HTTP \(answer.status)") }
        guard answer.succeeded else { return .refused(fault(of: answer)) }
        guard let id = answer.json?["data"]?["instance_ids"]?.items?.first?.text, !id.isEmpty else {
            return .unknown("the answer names no instance")
        }
        return .created(upstreamID: id)
    }

    /// A region of the list that no longer exists is sold out, not a mistake of ours.
    private static func isRegionUnknown(_ value: JSON?) -> Bool {
        let message = value?["error"]?["message"]?.text ?? ""
        return message.hasPrefix("Region") && message.contains("does not exist")
    }

    static func saysMissing(_ answer: CloudAnswer) -> Bool {
        let code = answer.json?["error"]?["code"]?.text
        return answer.status == 404 || code == "global/object-does-not-exist" || code == "global/not-found"
    }

    static func value(of answer: CloudAnswer) throws -> JSON {
        guard answer.succeeded else { throw fault(of: answer) }
        guard let json = answer.json else { throw ProviderFault.malformed("JSON") }
        return json
    }

    /// Its codes say more than its statuses.
    private static func fault(of answer: CloudAnswer) -> ProviderFault {
        let words = answer.json.flatMap(words)
        let shown = CloudAnswer.presentable(words ?? "HTTP \(answer.status)")
        return switch answer.json?["error"]?["code"]?.text {
        case "global/quota-exceeded", "global/account-inactive", "global/invalid-address": .payment(shown)
        case "global/invalid-api-key", "global/forbidden": .auth(shown)
        case "global/conflict", "global/duplicate": .conflict(shown)
        case "global/internal-error": .transient(shown)
        case let code? where code.hasPrefix("provider/"): .transient(shown)
        case "global/object-does-not-exist" where answer.status != 404: .invalid(shown)
        default: answer.fault(words)
        }
    }

    static func words(_ value: JSON) -> String? {
        let parts = [value["error"]?["code"]?.text, value["error"]?["message"]?.text].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }
}
