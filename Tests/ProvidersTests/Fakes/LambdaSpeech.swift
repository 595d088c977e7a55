import Domain
import JSON
import TestSupport

@testable import Configuration
@testable import Providers

/// The API of Lambda Cloud, as far as the outlet uses it.
struct LambdaSpeech: CloudSpeech {
    let kind = CloudKind.lambda
    let offerKey = "gpu_1x_h100_pcie/us-west-3"
    let usualCost = HourlyCost(microDollarsPerHour: 3_290_000)!

    var noCapacity: FakeServer.Reply {
        Self.refusal(400, "instance-operations/launch/insufficient-capacity", "Not enough capacity.")
    }

    static func refusal(_ status: Int, _ code: String, _ message: String) -> FakeServer.Reply {
        reply(["error": ["code": .string(code), "message": .string(message)]], status: status)
    }

    func operation(of request: FakeServer.Request) -> FakeCloud.Operation {
        let parts = request.path.split(separator: "/").dropFirst(2).map(String.init)
        switch (request.method, parts.first, parts.count) {
        case ("GET", "instance-types", 1): return .offers
        case ("POST", "instance-operations", 2): return parts[1] == "launch" ? .create : .delete
        case ("GET", "instances", 1): return .list
        case ("GET", "instances", 2): return .get
        case ("GET", "ssh-keys", 1): return .keys
        default: return .other
        }
    }

    func answer(
        _ operation: FakeCloud.Operation, _ request: FakeServer.Request, _ state: inout FakeCloud.State,
        _ url: String
    ) -> FakeServer.Reply {
        let body = JSON(request.body)
        switch operation {
        case .offers:
            return Self.reply([
                "data": [
                    "gpu_1x_h100_pcie": [
                        "instance_type": type(price: state.price ?? 329),
                        "regions_with_capacity_available": [
                            ["name": "us-west-3", "description": "Utah, USA"]
                        ],
                    ]
                ]
            ])
        case .create:
            let offer = [
                "type": body?["instance_type_name"]?.text ?? "", "region": body?["region_name"]?.text ?? "",
            ]
            let made = Self.make(
                body?["name"]?.text, offer, id: { "0920582c7ff041399e34823a0be6\($0)" }, in: &state)
            return Self.reply(["data": ["instance_ids": [.string(made.id)]]])
        case .list: return Self.reply(["data": .array(state.pods.map(value))])
        case .get:
            let id = request.path.split(separator: "/").last.map(String.init)
            guard let pod = state.pods.first(where: { $0.id == id }) else { return Self.missing }
            return Self.reply(["data": value(of: pod)])
        case .delete:
            let id = body?["instance_ids"]?.items?.first?.text
            guard let pod = state.pods.first(where: { $0.id == id }) else { return Self.missing }
            state.pods.removeAll { $0.id == id }
            return Self.reply(["data": ["terminated_instances": [value(of: pod)]]])
        case .keys:
            return Self.reply([
                "data": [["id": "k1", "name": "operator", "public_key": "ssh-ed25519 AAAA"]]
            ])
        case .log, .file, .money, .renew, .other: return .answer(500, body: "not a call of Lambda's")
        }
    }

    private static var missing: FakeServer.Reply {
        refusal(404, "global/object-does-not-exist", "Specified instance does not exist.")
    }

    private func type(price: JSON) -> JSON {
        [
            "name": "gpu_1x_h100_pcie", "description": "1x H100 (80 GB PCIe)",
            "gpu_description": "H100 (80 GB PCIe)", "price_cents_per_hour": price,
            "specs": ["vcpus": 26, "memory_gib": 225, "storage_gib": 1_024, "gpus": 1],
        ]
    }

    private func value(of pod: FakeCloud.Pod) -> JSON {
        var value: JSON = [
            "id": .string(pod.id), "status": "active", "ssh_key_names": ["operator"],
            "file_system_names": [], "jupyter_token": "secret-of-the-answer",
            "region": ["name": .string(pod.offer["region"] ?? "us-west-3"), "description": "Utah, USA"],
            "instance_type": type(price: 329),
            "actions": .object(
                ["migrate", "rebuild", "restart", "cold_reboot", "terminate"].map {
                    JSON.Member(name: $0, value: ["available": true])
                }),
        ]
        if let label = pod.label { value["name"] = .string(label) }
        switch pod.stage {
        case .pending: value["status"] = "booting"
        case .runningWithoutPort: break
        case .running(let host, _): value["ip"] = .string(host)
        case .failed: value["status"] = "preempted"
        case .word(let word): value["status"] = .string(word)
        case .gone: value["status"] = "terminated"
        }
        return value
    }

    func provider(_ cloud: CloudSettings, _ hostKeys: HostKeys, _ clock: CloudClock) -> any CloudProvider {
        LambdaProvider(
            settings: LambdaSettings(cloud: cloud, sshKeyName: "operator"), hostKeys: hostKeys, clock: clock)
    }
}
