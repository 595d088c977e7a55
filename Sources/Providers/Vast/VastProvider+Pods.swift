import Domain
import Foundation
import JSON

extension VastProvider {
    /// All of them, or those with one label.
    static func list(
        _ account: CloudAccount, _ hostKeys: HostKeys, named label: String? = nil
    ) async throws -> [CloudPod] {
        let filter = label.map { ["label": ["eq": .string($0)]] as JSON }
        let pods = try await allPages("instances") { token in
            var query = [
                (name: "limit", value: "25"), (name: "order_by", value: #"[{"col":"id","dir":"asc"}]"#),
            ]
            if let filter { query.append(("select_filters", filter.written)) }
            if let token { query.append(("after_token", token)) }
            let call = CloudCall(
                .get, "/api/v1/instances/", query: query, buckets: ["list"], patience: .seconds(10))
            let page = try await account.repeatable(call).value(words: words)
            guard let items = page["instances"]?.items,
                page["instances_found"]?.integer ?? items.count == items.count
            else { throw ProviderFault.malformed("instances") }
            return (try items.map { try pod($0, hostKeys) }, page["next_token"]?.text)
        }
        return CloudPod.unique(pods)
    }

    /// Vast ignores filters that it does not know, so the label is looked at again.
    func pods(named label: String) async throws -> [CloudPod] {
        guard isListLong else {
            return try await pods.answer().filter { $0.name == label }
        }
        return try await Self.list(account, hostKeys, named: label).filter { $0.name == label }
    }

    static func pod(_ value: JSON, _ hostKeys: HostKeys) throws -> CloudPod {
        guard let id = value["id"]?.name else { throw ProviderFault.malformed("id") }
        let label = value["label"]?.text
        var key: String?
        if let machine = value["machine_id"]?.name, let gpu = value["gpu_name"]?.text,
            let count = value["num_gpus"]?.integer
        {
            key = "\(machine)/\(gpu)/\(count)"
        }
        return CloudPod(
            id: id, name: label, state: state(value, label: label ?? "", hostKeys), offerKey: key,
            rate: value["dph_total"]?.cost())
    }

    private static func state(_ value: JSON, label: String, _ hostKeys: HostKeys) -> PodState {
        let message = value["status_msg"]?.text ?? ""
        let wants = [value["cur_state"], value["intended_status"], value["next_state"]].map { $0?.text }
        switch value["actual_status"]?.text {
        case "running":
            return endpoint(value, fingerprint: { hostKeys.key(of: label)?.fingerprint })
                .map(PodState.running) ?? .pending
        case nil, "created", "loading", "rebooting", "restarting":
            if message.contains("OCI runtime create failed") {
                return .failed(reason: "the machine could not start the container")
            }
            if wants.allSatisfy({ $0 == "stopped" }) {
                return .failed(reason: "it was stopped before it ran")
            }
            return .pending
        case "stopped"?: return .failed(reason: "it was stopped")
        case "exited"?: return .failed(reason: "its container ended")
        case "frozen"?: return .failed(reason: "its machine has frozen it")
        case "offline"?, "unknown"?: return .failed(reason: "its machine is out of Vast's sight")
        case let word?: return .unknown(CloudAnswer.presentable(word))
        }
    }

    /// A port of the machine's own; Vast's proxy serves only its own SSH set-up.
    private static func endpoint(_ value: JSON, fingerprint: () -> String?) -> Endpoint? {
        guard let port = value["ports"]?["22/tcp"]?.items?.first?["HostPort"]?.integer,
            (1...65_535).contains(port),
            let host = value["public_ipaddr"]?.text?.trimmingCharacters(in: .whitespacesAndNewlines),
            !host.isEmpty
        else { return nil }
        return Endpoint(host: host, port: port, user: "root", hostKeyFingerprint: fingerprint())
    }

    func body(of order: PodOrder, _ boot: BootScript) -> JSON {
        [
            "client_id": "me", "image": .string(order.image), "disk": .number("\(settings.diskGB)"),
            "label": .string(order.label), "runtype": "args",
            "env": [BootScript.variable: .string(boot.packed), "-p 22:22": "1"],  // How Vast wants ports.
            "onstart": "/bin/sh", "args": ["-c", .string(BootScript.unpack)], "user": "root",
            "cancel_unavail": true, "target_state": "running",
        ]
    }

    /// An answer may have failed and yet name a contract, which then exists.
    static func failedContract(_ answer: CloudAnswer) -> String? {
        let isGood = answer.succeeded && answer.json?["success"]?.flag != false
        return isGood ? nil : answer.json?["new_contract"]?.name
    }

    static func creation(_ answer: CloudAnswer) -> Creation {
        if let contract = answer.json?["new_contract"]?.name { return .created(upstreamID: contract) }
        let words = answer.json.flatMap(words)
        let isGone = [404, 410].contains(answer.status) || words?.contains("no_such_ask") == true
        if isGone { return .refused(.noCapacity("the machine is no longer on offer")) }
        if words?.contains("spend_rate_limit") == true {
            return .refused(.payment("Vast's limit for new accounts"))
        }
        if answer.isNoOutcome || answer.succeeded {
            return .unknown("HTTP \(answer.status) names no contract")
        }
        return .refused(answer.fault(words))
    }

    static func words(_ value: JSON) -> String? {
        let parts = [value["error"]?.text, value["msg"]?.text ?? value["detail"]?.text].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ": ")
    }
}
