import Configuration
import Domain
import Foundation
import Operations
import Synchronization
import TestSupport

@testable import Providers

/// An engine that says what the test wants it to say, on a Unix socket. It keeps containers by name as real ones do;
/// `script` answers first, and nil lets the engine do its usual.
final class ScriptedEngine: Sendable {
    struct Call: Sendable {
        let method: String
        let path: String  // Without the version.
        let query: String
        let body: [UInt8]
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:]
        }
    }

    struct Answer: Sendable {
        var status = 200
        var body = "{}"
        var headers: [String: String] = [:]
        var isDropped = false  // The connection ends without an answer.
        var actsFirst = false  // The usual happens, and then this is what is heard of it.

        static func error(_ status: Int, _ message: String) -> Answer {
            Answer(status: status, body: "{\"message\":\"\(message)\"}")
        }
        static let lost = Answer(isDropped: true, actsFirst: true)
    }

    private struct Container {
        var spec: [String: String]  // Labels.
        var requests: [String]
        var state = "created"
        var files = false
    }

    private struct State {
        var script: @Sendable (Call) -> Answer? = { _ in nil }
        var containers: [String: Container] = [:]
        var calls: [Call] = []
    }

    let folder: ScratchFolder
    let store: TestStore
    let podman: String?
    let apiVersion: String
    private let state = Mutex(State())
    private let listener: Int32

    init(apiVersion: String = "1.41", podman: String? = nil) throws {
        folder = try ScratchFolder()
        store = try TestStore()
        self.podman = podman
        self.apiVersion = apiVersion
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(folder["engine.sock"].utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(listener, 64) == 0 else {
            throw TestFault("no socket for a scripted engine")
        }
        let own = listener
        Thread.detachNewThread { [weak self] in
            // Closed here only: its number, given to another server, would bring that one's callers to this thread.
            defer { close(own) }
            while true {
                let caller = accept(own, nil, nil)
                guard caller >= 0 else { return }
                guard let self else {
                    close(caller)
                    return
                }
                Thread.detachNewThread { self.serve(caller) }
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    func script(_ answer: @escaping @Sendable (Call) -> Answer?) { state.withLock { $0.script = answer } }

    var calls: [Call] { state.withLock(\.calls) }
    var names: [String] { state.withLock { $0.containers.keys.sorted() } }
    func setState(_ word: String, of name: String) { state.withLock { $0.containers[name]?.state = word } }

    func settings(gpus: [DockerProviderSettings.GPU] = []) -> DockerProviderSettings {
        let sold: (String, Int) -> LocalProviderSettings.Offer = { family, slots in
            LocalProviderSettings.Offer(
                family: family, model: "TEST", vramGB: 1, gpuCount: 1, region: "Here", regionCode: "US",
                price: .init(centsPerHour: 10)!, interconnect: nil, slots: slots)
        }
        return DockerProviderSettings(
            code: "rack", endpoint: .unix(path: folder["engine.sock"]), host: "127.0.0.1", firstPort: 20_000,
            lastPort: 20_009, inventory: .none, gpus: gpus,
            offers: [
                .init(sold: sold("cpu", 2), usesGPUs: false, cpus: 1, memoryGB: 1),
                .init(sold: sold("h100-80gb", 0), usesGPUs: true, cpus: 2, memoryGB: 8, diskGB: 60),
            ])
    }

    func provider(_ settings: DockerProviderSettings? = nil) throws -> DockerProvider {
        let settings = settings ?? self.settings()
        return DockerProvider(
            settings: settings, runDirectory: folder["run"], labelPrefix: "outlet-test-",
            hostKeys: HostKeys(secretKeyPath: ""),
            leases: StoredLeases(try store.anotherContext()), logger: .init(label: "test"))
    }

    static func order(_ name: String, offer: String = "cpu/Here/1") -> PodOrder {
        PodOrder(
            label: "outlet-test-\(name)", offerKey: offer, authorizedKeys: ["ssh-ed25519 AAAA key"],
            environment: ["A": "b c"], bootScript: "", image: "debian:12")
    }

    // MARK: One connection, one request

    private func serve(_ caller: Int32) {
        defer { close(caller) }
        guard let call = read(caller) else { return }
        let scripted = state.withLock { state in
            state.calls.append(call)
            return state.script
        }(call)
        var answer = scripted ?? usual(call)
        if let scripted, scripted.actsFirst {
            _ = usual(call)
            answer = scripted
        }
        guard !answer.isDropped else { return }
        var head =
            "HTTP/1.1 \(answer.status) X\r\nContent-Length: \(answer.body.utf8.count)\r\nConnection: close\r\n"
        for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
        let bytes = Array((head + "\r\n" + answer.body).utf8)
        _ = send(caller, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private func read(_ caller: Int32) -> Call? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        func more() -> Bool {
            let count = recv(caller, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            bytes += buffer.prefix(count)
            return true
        }
        let end = Array("\r\n\r\n".utf8)
        while bytes.firstRange(of: end) == nil { guard more() else { return nil } }
        let bodyStart = bytes.firstRange(of: end)!.upperBound
        let lines = String(decoding: bytes[..<bodyStart], as: UTF8.self).split(separator: "\r\n")
        let length =
            lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces)) } ?? 0
        while bytes.count < bodyStart + length { guard more() else { return nil } }
        let words = lines[0].split(separator: " ")
        let parts = words[1].split(separator: "?", maxSplits: 1)
        var path = String(parts[0])
        if path.hasPrefix("/v"), let slash = path.dropFirst().firstIndex(of: "/"),
            path.dropFirst(2).first?.isNumber == true
        {
            path = String(path[slash...])
        }
        return Call(
            method: String(words[0]), path: path, query: parts.count > 1 ? String(parts[1]) : "",
            body: Array(bytes[bodyStart...]))
    }

    // MARK: The usual

    private func usual(_ call: Call) -> Answer {
        let parts = call.path.split(separator: "/").map(String.init)
        switch (call.method, parts.first, parts.count) {
        case ("GET", "_ping", _):
            var headers = ["Api-Version": apiVersion]
            if let podman { headers["Libpod-Api-Version"] = podman }
            return Answer(body: "OK", headers: headers)
        case ("GET", "version", _):
            return Answer(body: #"{"Version":"26.1.5","MinAPIVersion":"1.24","Os":"linux","Arch":"amd64"}"#)
        case ("GET", "info", _): return Answer(body: #"{"NCPU":8,"MemTotal":68719476736}"#)
        case ("GET", "images", _):
            return Answer(body: #"{"Id":"sha256:1","Config":{"Env":["PATH=/opt/bin:/bin"]}}"#)
        case (_, "networks", _), (_, "libpod", _): return Answer()
        case ("GET", "containers", 2): return Answer(body: list())
        case ("POST", "containers", 2): return create(call)
        case (_, "containers", _): return act(call, on: parts[1], verb: parts.count > 2 ? parts[2] : "")
        default: return .error(404, "page not found")
        }
    }

    private func create(_ call: Call) -> Answer {
        let name = call.query.split(separator: "=").last.map(String.init)?.removingPercentEncoding ?? ""
        let labels = call.json["Labels"] as? [String: String] ?? [:]
        let host = call.json["HostConfig"] as? [String: Any]
        let requests = (host?["DeviceRequests"] as? [[String: Any]] ?? []).flatMap {
            $0["DeviceIDs"] as? [String] ?? []
        }
        return state.withLock { state in
            guard state.containers[name] == nil else {
                return podman == nil
                    ? .error(409, "Conflict. The container name is already in use by container 1")
                    : .error(500, "the container name is already in use by 1")
            }
            state.containers[name] = Container(spec: labels, requests: requests)
            return Answer(status: 201, body: "{\"Id\":\"\(name)\"}")
        }
    }

    private func act(_ call: Call, on name: String, verb: String) -> Answer {
        state.withLock { state in
            guard let container = state.containers[name] else {
                return .error(404, "No such container: \(name)")
            }
            switch (call.method, verb) {
            case ("DELETE", ""):
                state.containers[name] = nil
                return Answer(status: 204, body: "")
            case ("PUT", "archive"):
                state.containers[name]?.files = true
                return Answer(body: "")
            case ("GET", "archive"):
                return container.files && call.query.contains("ready")
                    ? Answer(body: "") : .error(404, "no such file")
            case ("GET", "logs"): return Answer(body: "")
            case ("POST", "start"):
                state.containers[name]?.state = "running"
                return Answer(status: 204, body: "")
            case ("GET", "json"):
                let labels = (try? JSONEncoder().encode(container.spec)).map {
                    String(decoding: $0, as: UTF8.self)
                }!
                let ids = (try? JSONEncoder().encode(container.requests)).map {
                    String(decoding: $0, as: UTF8.self)
                }!
                let echo = podman == nil ? "[{\"DeviceIDs\":\(ids)}]" : "null"
                return Answer(
                    body: """
                        {"Id":"\(name)","State":{"Status":"\(container.state)","ExitCode":137},
                        "Config":{"Labels":\(labels),"Env":["A=b c"]},"HostConfig":{"DeviceRequests":\(echo)}}
                        """)
            default: return .error(404, "page not found")
            }
        }
    }

    private func list() -> String {
        state.withLock { state in
            let all = state.containers.sorted { $0.key < $1.key }.map { name, container in
                let labels = (try? JSONEncoder().encode(container.spec)).map {
                    String(decoding: $0, as: UTF8.self)
                }!
                return "{\"Id\":\"\(name)\",\"State\":\"\(container.state)\",\"Labels\":\(labels)}"
            }
            return "[" + all.joined(separator: ",") + "]"
        }
    }
}
