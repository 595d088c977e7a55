import Domain
import JSON
import TestSupport

@testable import Configuration
@testable import Providers

/// RunPod's REST API v2, as far as the outlet uses it.
struct RunPodSpeech: CloudSpeech {
    let kind = CloudKind.runpod
    let offerKey = "NVIDIA GeForce RTX 4090/1/SECURE/EU-RO-1"
    let usualCost = HourlyCost(microDollarsPerHour: 690_000 + 5_556)!  // With 40 GB of disk.

    var noCapacity: FakeServer.Reply {
        Self.problem(400, "There are no instances currently available")
    }

    static func problem(_ status: Int, _ detail: String) -> FakeServer.Reply {
        reply(["title": "Error", "status": .number("\(status)"), "detail": .string(detail)], status: status)
    }

    func operation(of request: FakeServer.Request) -> FakeCloud.Operation {
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.count, parts.dropFirst().first) {
        case ("GET", 3, "catalog"): return .offers
        case ("POST", 2, "pods"): return .create
        case ("GET", 2, "pods"): return .list
        case ("GET", 3, "pods"): return .get
        case ("DELETE", 3, "pods"): return .delete
        case ("GET", 4, "pods") where parts[3] == "logs": return .log
        case ("GET", 3, "billing"): return .money
        default: return .other
        }
    }

    func answer(
        _ operation: FakeCloud.Operation, _ request: FakeServer.Request, _ state: inout FakeCloud.State,
        _ url: String
    ) -> FakeServer.Reply {
        let id = request.path.split(separator: "/").dropFirst(2).first.map(String.init)
        let pod = state.pods.first { $0.id == id }
        switch operation {
        case .offers: return Self.reply(["gpus": [gpu(price: state.price ?? .number("0.69"))]])
        case .create:
            let body = JSON(request.body)
            let offer = [
                "gpu": body?["gpu"]?["id"]?.text ?? "", "image": body?["image"]?.text ?? "",
                "place": body?["dataCenterIds"]?.items?.first?.text ?? "",
            ]
            let made = Self.make(body?["name"]?.text, offer, id: { "pod\($0)x" }, in: &state)
            return Self.reply(value(of: made), status: 201)
        case .list:
            let start = request.query.first { $0.name == "cursor" }.flatMap { Int($0.value) } ?? 0
            let page = state.pods.dropFirst(start).prefix(state.pageSize)
            var answer: JSON = ["pods": .array(page.map(value))]
            if state.pods.count > state.pageSize {
                let next = start + page.count
                let hasNext = next < state.pods.count
                answer["pagination"] = [
                    "hasNextPage": .bool(hasNext), "nextCursor": hasNext ? .string("\(next)") : .null,
                ]
            }
            return Self.reply(answer)
        case .get: return pod.map { Self.reply(value(of: $0)) } ?? Self.problem(404, "pod not found")
        case .delete:
            guard pod != nil else { return Self.problem(404, "pod not found") }
            state.pods.removeAll { $0.id == id }
            return .answer(204, body: "")
        case .log:
            let lines = ["outlet: SSH is ready", "hello from the start script"].map {
                "id: 2026-11-21T12:00:00Z/1\ndata: \((["line": .string($0), "source": "container"] as JSON).written)\n\n"
            }
            return .start(body: lines.joined())
        case .money:
            let amounts: JSON = [
                "totalAmount": .number("0.6955"), "gpuAmount": .number("0.69"), "cpuAmount": 0,
                "diskAmount": .number("0.0055"),
            ]
            let (start, end): (JSON, JSON) = ("2026-11-21T12:00:00Z", "2026-11-21T13:00:00Z")
            var record = amounts
            (record["podId"], record["startTime"], record["endTime"]) = ("pod1x", start, end)
            return Self.reply([
                "records": [record],
                "metadata": [
                    "query": ["startTime": start, "endTime": end, "bucketSize": "hour"], "recordCount": 1,
                    "totals": amounts, "uniquePodCount": 1,
                ],
            ])
        case .file, .renew, .keys, .other: return .answer(500, body: "not a call of RunPod's")
        }
    }

    private func gpu(price: JSON) -> JSON {
        [
            "id": "NVIDIA GeForce RTX 4090", "name": "RTX 4090", "pool": .null, "manufacturer": "NVIDIA",
            "memory": 24, "secure": true, "community": false,
            "price": ["secure": price, "community": price], "maxCount": ["secure": 8, "community": 4],
            "availability": "HIGH",
            "dataCenters": [
                ["id": "EU-RO-1", "name": "EU Romania 1", "availability": "LOW"],
                ["id": "US-TX-3", "name": "US Texas 3", "availability": "NONE"],
            ],
        ]
    }

    private func value(of pod: FakeCloud.Pod) -> JSON {
        var status: JSON = "RUNNING"
        var direct = JSON.null
        switch pod.stage {
        case .pending: status = "PROVISIONING"
        case .runningWithoutPort: break
        case .running(let host, let port):
            direct = [
                "host": .string(host), "port": .number("\(port)"), "username": "root",
                "command": .string("ssh root@\(host) -p \(port)"),
            ]
        case .failed: status = "ERROR"
        case .word(let word): status = .string(word)
        case .gone: status = "TERMINATED"
        }
        return [
            "id": .string(pod.id), "name": .string(pod.label ?? "a pod of somebody else"), "status": status,
            "actions": ["terminate"], "image": .string(pod.offer["image"] ?? ""), "args": "", "disk": 40,
            "mounts": [:], "ports": ["22/tcp"], "env": ["PUBLIC_KEY": "secret-of-the-answer"],
            "registry": .null, "gpu": ["id": .string(pod.offer["gpu"] ?? "NVIDIA A40"), "count": 1],
            "cloud": "SECURE", "dataCenterId": .string(pod.offer["place"] ?? "EU-RO-1"),
            "cudaVersion": "12.8",
            "ssh": ["proxy": .null, "direct": direct], "template": .null, "cost": .number("0.69"),
            "locked": false, "globalNetworking": ["enabled": false], "runtime": .null,
            "createdAt": "2026-11-20T12:00:00Z", "startedAt": .null,
        ]
    }

    func provider(_ cloud: CloudSettings, _ hostKeys: HostKeys, _ clock: CloudClock) -> any CloudProvider {
        RunPodProvider(
            settings: RunPodSettings(cloud: cloud, gpuCounts: [1, 2]), hostKeys: hostKeys, clock: clock)
    }
}
