import Domain
import Foundation
import JSON
import TestSupport

@testable import Configuration
@testable import Providers

/// The API of Vast.ai, as far as the outlet uses it.
struct VastSpeech: CloudSpeech {
    let kind = CloudKind.vast
    let offerKey = "18201/RTX 4090/1"
    let usualCost = HourlyCost(microDollarsPerHour: 345_800)!

    var noCapacity: FakeServer.Reply {
        Self.reply(
            [
                "success": false, "error": "invalid_args",
                "msg": "error 404/3603: no_such_ask 7 is not available.",
            ],
            status: 404)
    }

    func operation(of request: FakeServer.Request) -> FakeCloud.Operation {
        let parts = request.path.split(separator: "/").dropFirst(2).map(String.init)
        guard request.path.hasPrefix("/logs/") || request.path.hasSuffix("/") else { return .other }
        switch (request.method, parts.first, parts.count) {
        case ("POST", "bundles", 1): return .offers
        case ("PUT", "asks", 2): return .create
        case ("GET", "instances", 1): return .list
        case ("GET", "instances", 2): return .get
        case ("DELETE", "instances", 2): return .delete
        case ("PUT", "instances", 3) where parts[1] == "request_logs": return .log
        case ("GET", "users", 2), ("GET", "charges", 1): return .money
        case ("GET", _, _) where request.path.hasPrefix("/logs/"): return .file
        default: return .other
        }
    }

    func answer(
        _ operation: FakeCloud.Operation, _ request: FakeServer.Request, _ state: inout FakeCloud.State,
        _ url: String
    ) -> FakeServer.Reply {
        let id = request.path.split(separator: "/").last.map(String.init)
        let pod = state.pods.first { $0.id == id }
        switch operation {
        case .offers:
            let price = state.price ?? .number("0.3458")
            // The second one fits nothing: Vast ignores filters that it does not know.
            return Self.reply(["offers": [ask(7, price: price), ask(8, price: price, reliability: "0.41")]])
        case .create:
            let body = JSON(request.body)
            let made = Self.make(
                body?["label"]?.text, ["image": body?["image"]?.text ?? ""], id: { "\(31_000_000 + $0)" },
                in: &state)
            return Self.reply([
                "success": true, "new_contract": .number(made.id), "instance_api_key": "secret-of-the-answer",
            ])
        case .list:
            let start = request.query.first { $0.name == "after_token" }.flatMap { Int($0.value) } ?? 0
            let filter = request.query.first { $0.name == "select_filters" }.flatMap {
                JSON(Array($0.value.utf8))
            }
            let label = filter?["label"]?["eq"]?.text
            let pods = state.pods.filter { label == nil || $0.label == label }
            let page = pods.dropFirst(start).prefix(min(state.pageSize, 25))
            let next = start + page.count
            return Self.reply([
                "success": true, "instances_found": .number("\(page.count)"),
                "total_instances": .number("\(pods.count)"), "instances": .array(page.map(value)),
                "next_token": next < pods.count ? .string("\(next)") : .null,
            ])
        case .get: return Self.reply(["instances": pod.map(value) ?? .null])
        case .delete:
            guard pod != nil else {
                return Self.reply(
                    ["success": false, "error": "no_such_instance", "msg": "Instance not found"], status: 404)
            }
            state.pods.removeAll { $0.id == id }
            return Self.reply(["success": true])
        case .log: return Self.reply(["success": true, "result_url": .string(url + "/logs/abc.log")])
        case .file: return .answer(200, body: "outlet: SSH is ready\nhello from the start script\n")
        case .money where request.path.contains("users"):
            return Self.reply([
                "id": 5, "email": "o@example.org", "credit": .number("12.345678"), "balance": 0,
                "ssh_key": "ssh-ed25519 AAAA",
            ])
        case .money:
            return Self.reply([
                "success": true, "count": 1, "total": 1, "next_token": .null,
                "results": [
                    [
                        "start": 1_795_262_400, "end": 1_795_266_000, "type": "instance",
                        "source": "instance-31000001", "description": "Instance 31000001 Charges",
                        "amount": .number("0.346"), "metadata": ["label": "outlet-test-x"], "items": [],
                    ]
                ],
            ])
        case .renew, .keys, .other: return .answer(500, body: "not a call of Vast's")
        }
    }

    private func ask(_ id: Int, price: JSON, reliability: String = "0.9971") -> JSON {
        [
            "id": .number("\(id)"), "machine_id": 18_201, "host_id": 5_512, "num_gpus": 1,
            "gpu_name": "RTX 4090", "gpu_ram": 24_564, "gpu_arch": "nvidia", "cpu_arch": "amd64",
            "compute_cap": 890, "cuda_max_good": .number("12.8"), "cpu_ram": 257_800,
            "disk_space": .number("412.5"), "direct_port_count": 24, "geolocation": "Sweden, SE",
            "reliability2": .number(reliability), "verification": "verified", "rentable": true,
            "rented": false, "is_bid": false, "dph_base": .number("0.3333"), "dph_total": price,
            "duration": .number("2592000.0"), "end_date": .number("1893456000.5"),
        ]
    }

    private func value(of pod: FakeCloud.Pod) -> JSON {
        var status: JSON = "running"
        var ports = JSON.null
        var address = JSON.null
        switch pod.stage {
        case .pending: status = .null
        case .runningWithoutPort: break
        case .running(let host, let port):
            ports = ["22/tcp": [["HostIp": "0.0.0.0", "HostPort": .string("\(port)")]]]
            address = .string(" \(host)\n")
        case .failed: status = "exited"
        case .word(let word): status = .string(word)
        case .gone: status = "offline"
        }
        var value: JSON = [
            "id": .number(pod.id), "actual_status": status, "cur_state": "running", "next_state": "running",
            "intended_status": "running", "status_msg": .null, "machine_id": 18_201, "gpu_name": "RTX 4090",
            "num_gpus": 1, "dph_total": .number("0.3458"), "image_runtype": "args",
            "ssh_host": "ssh7.vast.ai", "ssh_port": 10_600, "jupyter_token": "secret-of-the-answer",
            "label": pod.label.map(JSON.string) ?? .null,
        ]
        if address != .null { (value["public_ipaddr"], value["ports"]) = (address, ports) }
        return value
    }

    func provider(_ cloud: CloudSettings, _ hostKeys: HostKeys, _ clock: CloudClock) -> any CloudProvider {
        VastProvider(settings: VastSettings(cloud: cloud), hostKeys: hostKeys, clock: clock)
    }
}
