import Foundation
import Synchronization
import TestSupport

/// A stand-in for RunPod's REST API v2 whose pods are real: each runs the start script that it was ordered with, and
/// answers SSH with it.
final class RunPodStandIn: Sendable {
    /// What becomes of the next create.
    enum Fault: Sendable {
        case noCapacity
        case lostAnswer  // The pod is made, and nobody is told.
    }

    private let account: Account
    private let server: FakeServer

    init() throws {
        let account = try Account()
        self.account = account
        server = try FakeServer { account.answer($0) }
    }

    /// An outlet that has nothing but this provider.
    var options: Outlet.Options {
        Outlet.Options(
            holdSeconds: 10,
            providers: """
                templates:
                  - {id: tiny, image: "docker.io/library/debian:12", bootScript: "echo booted > /etc/outlet/booted"}
                providers:
                  - code: pods
                    kind: runpod
                    url: \(server.url)
                    apiKeyFile: \(account.keyFile)
                    gpuCounts: [1]
                    diskGb: 10
                """)
    }

    func next(_ fault: Fault) { account.state.withLock { $0.faults.append(fault) } }

    /// The pods that its list shows.
    var alive: [String] { account.state.withLock { $0.pods.filter { $0.endedAt == nil }.map(\.id) } }

    /// Where pods were asked for, in vain or not.
    var asked: [String] { account.state.withLock(\.asked) }

    /// How many were made, whoever was told.
    var made: Int { account.state.withLock(\.pods.count) }

    /// Ends what a test has left.
    func close() { account.close() }
}

/// What the provider keeps.
private final class Account: Sendable {
    struct Pod: Sendable {
        let id, label, place: String
        let port: Int
        let machine: BootedPod
        let createdAt: Date
        var endedAt: Date?
    }

    struct State: Sendable {
        var pods: [Pod] = []
        var faults: [RunPodStandIn.Fault] = []
        var asked: [String] = []
    }

    static let gpu = "NVIDIA GeForce RTX 4090"
    static let dollarsPerHour = "35.998611"  // With ten gigabytes of disk just 36: a cent a second.
    private static let key = "key-of-the-operator"

    let folder: ScratchFolder
    let keyFile: String
    let state = Mutex(State())

    init() throws {
        folder = try ScratchFolder()
        keyFile = try folder.write(Self.key + "\n", to: "api.key")
        chmod(keyFile, 0o600)
    }

    func close() {
        state.withLock { state in for pod in state.pods where pod.endedAt == nil { pod.machine.end() } }
    }

    func answer(_ request: FakeServer.Request) -> FakeServer.Reply {
        guard request.headers["authorization"] == "Bearer " + Self.key else { return problem(401, "no key") }
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.dropFirst().first, parts.count) {
        case ("GET", "catalog", 3): return reply(["gpus": [catalog]])
        case ("POST", "pods", 2): return create(request)
        case ("GET", "pods", 2):
            let pods = state.withLock { $0.pods.filter { $0.endedAt == nil } }
            return reply(["pods": pods.map(show)])
        case ("GET", "pods", 3):
            return alive(parts[2]).map { reply(show($0)) } ?? problem(404, "pod not found")
        case ("DELETE", "pods", 3): return end(parts[2])
        case ("GET", "pods", 4):
            return .start(body: "data: {\"line\":\"outlet: SSH is ready\",\"source\":\"container\"}\n\n")
        case ("GET", "billing", 3): return reply(["records": state.withLock { $0.pods.map(bill) }])
        default: return problem(404, "no such call")
        }
    }

    private func alive(_ id: String) -> Pod? {
        state.withLock { $0.pods.first { $0.id == id && $0.endedAt == nil } }
    }

    /// The order's script runs as it would there, but for its port: all pods of this machine share its addresses.
    private func create(_ request: FakeServer.Request) -> FakeServer.Reply {
        guard let order = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any],
            let label = order["name"] as? String, let variables = order["env"] as? [String: String],
            let boot = variables["OUTLET_BOOT"].flatMap({ Data(base64Encoded: $0) }),
            let place = (order["dataCenterIds"] as? [String])?.first, let port = try? FreePort.next()
        else { return problem(400, "not an order") }
        let script = String(decoding: boot, as: UTF8.self).replacing("\nPort 22\n", with: "\nPort \(port)\n")
        return state.withLock { state in
            state.asked.append(place)
            let fault = state.faults.isEmpty ? nil : state.faults.removeFirst()
            if fault == .noCapacity { return problem(400, "There are no instances currently available") }
            let id = "pod\(state.pods.count + 1)x"
            guard
                let machine = try? BootedPod(script, in: folder, name: id, gpus: "\(Self.gpu), 24564")
            else { return problem(500, "it does not start") }
            let pod = Pod(id: id, label: label, place: place, port: port, machine: machine, createdAt: Date())
            state.pods.append(pod)
            return fault == .lostAnswer ? .drop : reply(show(pod), status: 201)
        }
    }

    private func end(_ id: String) -> FakeServer.Reply {
        state.withLock { state in
            guard let index = state.pods.firstIndex(where: { $0.id == id && $0.endedAt == nil }) else {
                return problem(404, "pod not found")
            }
            state.pods[index].machine.end()
            state.pods[index].endedAt = Date()
            return .answer(204, body: "")
        }
    }

    // MARK: Its words

    private var catalog: [String: Any] {
        let places = ["EU-RO-1", "US-TX-3"].map { ["id": $0, "name": $0, "availability": "HIGH"] }
        let price = Decimal(string: Self.dollarsPerHour)!
        return [
            "id": Self.gpu, "name": "RTX 4090", "manufacturer": "NVIDIA", "memory": 24,
            "price": ["secure": price, "community": price], "maxCount": ["secure": 8, "community": 4],
            "availability": "HIGH", "dataCenters": places,
        ]
    }

    private func show(_ pod: Pod) -> [String: Any] {
        [
            "id": pod.id, "name": pod.label, "status": "RUNNING", "gpu": ["id": Self.gpu, "count": 1],
            "cloud": "SECURE", "dataCenterId": pod.place, "cost": Decimal(string: Self.dollarsPerHour)!,
            "ssh": ["direct": ["host": "127.0.0.1", "port": pod.port, "username": "root"]],
        ]
    }

    private func bill(_ pod: Pod) -> [String: Any] {
        let end = pod.endedAt ?? Date()
        let cents = Int(end.timeIntervalSince(pod.createdAt).rounded(.up))
        return [
            "podId": pod.id, "totalAmount": Decimal(cents) / 100,
            "startTime": pod.createdAt.formatted(.iso8601),
            "endTime": end.addingTimeInterval(1).formatted(.iso8601),
        ]
    }

    private func reply(_ value: [String: Any], status: Int = 200) -> FakeServer.Reply {
        let body = (try? JSONSerialization.data(withJSONObject: value)) ?? Data()
        return .answer(
            status, headers: ["Content-Type": "application/json"], body: String(decoding: body, as: UTF8.self)
        )
    }

    private func problem(_ status: Int, _ words: String) -> FakeServer.Reply {
        reply(["title": "Error", "status": status, "detail": words], status: status)
    }
}
