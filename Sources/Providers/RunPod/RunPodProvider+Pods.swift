import Domain
import JSON

extension RunPodProvider {
    static func list(_ account: CloudAccount, _ hostKeys: HostKeys) async throws -> [CloudPod] {
        let pods = try await allPages("pods") { token in
            var query = [(name: "includeClusterPods", value: "false")]
            if let token { query.append(("cursor", token)) }
            let call = CloudCall(.get, "/v2/pods", query: query, buckets: ["account"])
            let page = try await account.repeatable(call).value(words: words)
            guard let items = page["pods"]?.items else { throw ProviderFault.malformed("pods") }
            // Newer versions cut the list into pages.
            let paging = page["pagination"]
            let next = paging?["hasNextPage"]?.flag == false ? nil : paging?["nextCursor"]?.text
            if paging?["hasNextPage"]?.flag == true, next == nil {
                throw ProviderFault.malformed("next page")
            }
            return (try items.map { try pod($0, hostKeys) }, next)
        }
        return CloudPod.unique(pods)
    }

    /// - Throws: for what has no id or name: a list that holds it is no complete one.
    static func pod(_ value: JSON, _ hostKeys: HostKeys) throws -> CloudPod {
        guard let id = value["id"]?.text, let name = value["name"]?.text else {
            throw ProviderFault.malformed("pod")
        }
        var key: String?
        if let gpu = value["gpu"]?["id"]?.text, let count = value["gpu"]?["count"]?.integer,
            let tier = value["cloud"]?.text
        {
            key =
                RunPodOfferKey(
                    gpu: gpu, count: count, tier: tier, dataCenter: value["dataCenterId"]?.text
                ).text
        }
        return CloudPod(
            id: id, name: name, state: state(value, label: name, hostKeys), offerKey: key,
            rate: value["cost"]?.cost())
    }

    private static func state(_ value: JSON, label: String, _ hostKeys: HostKeys) -> PodState {
        switch value["status"]?.text {
        case "PROVISIONING", "STARTING": .pending
        case "RUNNING":
            endpoint(value, fingerprint: { hostKeys.key(of: label)?.fingerprint }).map(PodState.running)
                ?? .pending
        case "EXITED": .failed(reason: "its container ended")
        case "ERROR": .failed(reason: "RunPod reports an error of the container")
        case "TERMINATED": .gone
        case let word: .unknown(CloudAnswer.presentable(word ?? "no status"))
        }
    }

    /// Only a direct port takes files and forwarding; RunPod's proxy gives a shell alone.
    private static func endpoint(_ value: JSON, fingerprint: () -> String?) -> Endpoint? {
        if let direct = value["ssh"]?["direct"], let host = direct["host"]?.text, !host.isEmpty,
            let port = direct["port"]?.integer, (1...65_535).contains(port)
        {
            return Endpoint(
                host: host, port: port, user: direct["username"]?.text ?? "root",
                hostKeyFingerprint: fingerprint())
        }
        for mapping in value["runtime"]?["ports"]?.items ?? [] {
            guard mapping["private"]?.integer == 22, mapping["type"]?.text == "tcp",
                let host = mapping["ip"]?.text, !host.isEmpty, let port = mapping["public"]?.integer,
                (1...65_535).contains(port)
            else { continue }
            return Endpoint(host: host, port: port, user: "root", hostKeyFingerprint: fingerprint())
        }
        return nil
    }

    /// What its errors say; never what they echo of the request.
    static func words(_ value: JSON) -> String? {
        value["detail"]?.text ?? value["error"]?.text ?? value["title"]?.text
    }

    static func saysNoCapacity(_ words: String) -> Bool {
        let words = words.lowercased()
        return [
            "no instances currently available", "no longer any instances available", "no capacity",
            "does not have the resources", "not enough free gpus", "insufficient capacity",
        ].contains { words.contains($0) }
    }
}
