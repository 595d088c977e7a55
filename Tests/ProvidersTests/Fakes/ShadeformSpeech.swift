import Domain
import JSON
import TestSupport

@testable import Configuration
@testable import Providers

/// The API of Shadeform, as far as the outlet uses it.
struct ShadeformSpeech: CloudSpeech {
    let kind = CloudKind.shadeform
    let offerKey = "hyperstack/H100/canada-1"
    let usualCost = HourlyCost(microDollarsPerHour: 2_400_000)!

    var noCapacity: FakeServer.Reply {
        Self.reply(["error_code": "OUT_OF_STOCK", "error": "There is none left."], status: 409)
    }

    func operation(of request: FakeServer.Request) -> FakeCloud.Operation {
        let parts = request.path.split(separator: "/").dropFirst().map(String.init)
        switch (request.method, parts.first, parts.count, parts.last) {
        case ("GET", "instances", 2, "types"): return .offers
        case ("POST", "instances", 2, "create"): return .create
        case ("GET", "instances", 1, _): return .list
        case ("GET", "instances", 3, "info"): return .get
        case ("POST", "instances", 3, "delete"): return .delete
        case ("POST", "instances", 3, "update"): return .renew
        case ("GET", "sshkeys", 1, _): return .keys
        default: return .other
        }
    }

    func answer(
        _ operation: FakeCloud.Operation, _ request: FakeServer.Request, _ state: inout FakeCloud.State,
        _ url: String
    ) -> FakeServer.Reply {
        let id = request.path.split(separator: "/").dropFirst(2).first.map(String.init)
        let index = state.pods.firstIndex { $0.id == id }
        let body = JSON(request.body)
        switch operation {
        case .offers: return Self.reply(["instance_types": [type(price: state.price ?? 240)]])
        case .create:
            let offer = ["os": body?["os"]?.text ?? ""]
            let made = Self.make(
                body?["name"]?.text, offer, id: { "d290f1ee-6c54-4b01-90e6-d7017480000\($0)" }, in: &state)
            return Self.reply(["id": .string(made.id)])
        case .list: return Self.reply(["instances": .array(state.pods.map(value))])
        case .get:
            return index.map { Self.reply(value(of: state.pods[$0])) } ?? .answer(404, body: "not found")
        case .delete:
            guard let index else { return .answer(404, body: "not found") }
            state.pods.remove(at: index)
            return .answer(200, body: "")
        case .renew:
            guard let index else { return .answer(404, body: "not found") }
            state.pods[index].expiry = body?["auto_delete"]?["date_threshold"]?.text
            return .answer(200, body: "")
        case .keys:
            return Self.reply([
                "ssh_keys": [
                    ["id": "key-1", "name": "operator", "public_key": "ssh-ed25519 AAAA", "is_default": true]
                ]
            ])
        case .log, .file, .money, .other: return .answer(500, body: "not a call of Shadeform's")
        }
    }

    private static let configuration: JSON = [
        "memory_in_gb": 180, "storage_in_gb": 750, "vcpus": 28, "num_gpus": 1, "gpu_type": "H100",
        "gpu_manufacturer": "nvidia", "interconnect": "pcie", "nvlink": false, "vram_per_gpu_in_gb": 80,
    ]

    private func type(price: JSON) -> JSON {
        var configuration = Self.configuration
        configuration["os_options"] = ["ubuntu22.04_cuda12.2_shade_os", "ubuntu24.04"]
        return [
            "cloud": "hyperstack", "shade_instance_type": "H100", "cloud_instance_type": "n3-H100x1",
            "configuration": configuration, "hourly_price": price, "deployment_type": "vm",
            "availability": [["region": "canada-1", "available": true, "display_name": "Toronto, Canada"]],
            "boot_time": ["min_boot_in_sec": 180, "max_boot_in_sec": 600],
        ]
    }

    private func value(of pod: FakeCloud.Pod) -> JSON {
        var configuration = Self.configuration
        configuration["os"] = "ubuntu22.04_cuda12.2_shade_os"
        var value: JSON = [
            "id": .string(pod.id), "cloud": "hyperstack", "region": "canada-1", "shade_instance_type": "H100",
            "cloud_instance_type": "n3-H100x1", "cloud_assigned_id": "13b057d7-e266-4869-985f-760fe75a78b3",
            "shade_cloud": true, "name": .string(pod.label ?? "somebody-else"),
            "configuration": configuration, "ssh_user": "shadeform", "status": "active",
            "cost_estimate": "0.04", "hourly_price": 240, "created_at": "2026-11-20T12:00:00Z",
            "deleted_at": "2026-11-20T12:00:00Z", "boot_time": [:], "ip": "", "ssh_port": 0,
        ]
        switch pod.stage {
        case .pending: value["status"] = "pending_provider"
        case .runningWithoutPort: break
        case .running(let host, let port):
            value["ip"] = .string(host)
            value["ssh_port"] = .number("\(port)")
        case .failed: value["status"] = "error"
        case .word(let word): value["status"] = .string(word)
        case .gone: value["status"] = "deleted"
        }
        return value
    }

    func provider(_ cloud: CloudSettings, _ hostKeys: HostKeys, _ clock: CloudClock) -> any CloudProvider {
        ShadeformProvider(
            settings: ShadeformSettings(cloud: cloud, sshKeyID: "key-1"), hostKeys: hostKeys, clock: clock)
    }
}
