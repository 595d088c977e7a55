import Configuration
import Domain
import Foundation
import Synchronization
import Testing

@testable import Providers

/// What engines do wrong, and say in their own ways.
@Suite("A scripted engine", .timeLimit(.minutes(2))) struct ScriptedEngineTests {
    typealias Answer = ScriptedEngine.Answer

    @Test(arguments: [("1.41", "/v1.41/"), ("1.44", "/v1.44/"), ("1.99", "/v1.55/")])
    func `the newest version that both sides know is spoken`(theirs: String, prefix: String) async throws {
        #expect(EngineVersion(theirs).map { min($0, EngineClient.newest) }.map { "/v\($0)/" } == prefix)
        let engine = try ScriptedEngine(apiVersion: theirs)
        #expect(await (try engine.provider()).problem() == nil)
    }

    @Test func `an engine that is too old or too new is named with both versions and the way out`()
        async throws
    {
        let old = try ScriptedEngine(apiVersion: "1.40")
        let words = try #require(await old.provider().problem())
        #expect(words.contains("1.40") && words.contains("1.41") && words.contains("daemon.json"))
        let new = try ScriptedEngine(apiVersion: "1.60")
        new.script { $0.path == "/version" ? Answer(body: #"{"MinAPIVersion":"1.56"}"#) : nil }
        #expect(try #require(await new.provider().problem()).contains("1.56"))
        let web = try ScriptedEngine()
        web.script { _ in Answer(body: "<html>") }
        #expect(try #require(await web.provider().problem()).contains("not answer as a container engine"))
    }

    @Test func `what a container is asked for is what hardens it`() async throws {
        let engine = try ScriptedEngine()
        let gpu = DockerProviderSettings.GPU(uuid: "GPU-1", family: "h100-80gb", cdiName: "nvidia.com/gpu=0")
        let provider = try engine.provider(engine.settings(gpus: [gpu]))
        _ = await provider.create(ScriptedEngine.order("cpu"))
        let body = try #require(engine.calls.first { $0.path == "/containers/create" }?.json)
        let host = try #require(body["HostConfig"] as? [String: Any])
        #expect(host["CapDrop"] as? [String] == ["ALL"])
        #expect(host["SecurityOpt"] as? [String] == ["no-new-privileges"])
        #expect(host["Privileged"] as? Bool == false && host["PidsLimit"] as? Int == 4_096)
        #expect(host["Memory"] as? Int == 1 << 30 && host["MemorySwap"] as? Int == 1 << 30)
        #expect(host["NanoCpus"] as? Int == 1_000_000_000 && host["ShmSize"] as? Int == 1 << 29)
        #expect(host["NetworkMode"] as? String == "outlet-pods" && host["DeviceRequests"] == nil)
        #expect(body["StopSignal"] as? String == "SIGKILL" && body["User"] as? String == "0")
        #expect(body["Image"] as? String == "docker.io/library/debian:12")
        #expect((body["Env"] as? [String])?.contains("NVIDIA_VISIBLE_DEVICES=void") == true)
        #expect(host["Mounts"] == nil && host["Binds"] == nil && host["Devices"] == nil)
    }

    @Test(arguments: [
        // No CDI: NVIDIA's driver by UUID. CDI that tells its devices: by UUID, else by the configured name.
        (#"{}"#, "nvidia", "GPU-1"),
        (#"{"CDISpecDirs":["/etc/cdi"]}"#, "cdi", "nvidia.com/gpu=0"),
        (
            #"{"CDISpecDirs":["/etc/cdi"],"DiscoveredDevices":[{"Source":"cdi","ID":"nvidia.com/gpu=GPU-1"}]}"#,
            "cdi", "nvidia.com/gpu=GPU-1"
        ),
        (
            #"{"CDISpecDirs":["/etc/cdi"],"DiscoveredDevices":[{"Source":"cdi","ID":"nvidia.com/gpu=0"}]}"#,
            "cdi", "nvidia.com/gpu=0"
        ),
        (#"{"CDISpecDirs":["/etc/cdi"],"DiscoveredDevices":[]}"#, "nvidia", "GPU-1"),
    ])
    func `a GPU is asked for by name, never by number`(info: String, driver: String, id: String) async throws
    {
        let engine = try ScriptedEngine(apiVersion: "1.50")
        engine.script { $0.path == "/info" ? Answer(body: info) : nil }
        let gpu = DockerProviderSettings.GPU(uuid: "GPU-1", family: "h100-80gb", cdiName: "nvidia.com/gpu=0")
        let provider = try engine.provider(engine.settings(gpus: [gpu]))
        let creation = await provider.create(ScriptedEngine.order("gpu", offer: "h100-80gb/Here/1"))
        // No nvidia-smi answers inside, so it goes again.
        guard case .refused(.transient) = creation else {
            Issue.record("\(creation)")
            return
        }
        #expect(try engine.names.isEmpty && provider.machine.leases.held(at: "rack").isEmpty)
        let body = try #require(engine.calls.first { $0.path == "/containers/create" }?.json)
        let host = try #require(body["HostConfig"] as? [String: Any])
        let request = try #require((host["DeviceRequests"] as? [[String: Any]])?.first)
        #expect(request["Driver"] as? String == driver && request["DeviceIDs"] as? [String] == [id])
        #expect(request["Count"] == nil)
        #expect(host["StorageOpt"] as? [String: String] == ["size": "60G"])
    }

    @Test func `an engine that forgets the request for GPUs is found out`() async throws {
        for podman in [nil, "5.4.2"] {
            let engine = try ScriptedEngine(podman: podman)
            engine.script { call in
                // As with no request at all: started, and nothing of a GPU to be seen in it.
                guard call.method == "GET", call.path.hasSuffix("/json"),
                    call.path.hasPrefix("/containers/outlet-"),
                    engine.names.count == 1
                else { return nil }
                return Answer(
                    body: """
                        {"Id":"1","State":{"Status":"running"},"Config":{"Labels":{}},"HostConfig":{"DeviceRequests":null}}
                        """)
            }
            let gpu = DockerProviderSettings.GPU(
                uuid: "GPU-1", family: "h100-80gb", cdiName: "nvidia.com/gpu=0")
            let creation = await (try engine.provider(engine.settings(gpus: [gpu]))).create(
                ScriptedEngine.order("deaf", offer: "h100-80gb/Here/1"))
            guard case .refused(.transient(let words)) = creation else {
                Issue.record("\(creation)")
                continue
            }
            #expect(words.contains("no device") || words.contains("took down"), "\(words)")
            #expect(engine.names.isEmpty)
        }
    }

    @Test(arguments: [nil, "4.3.1"])
    func `a create whose answer was lost is found by its name and made anew`(podman: String?) async throws {
        let engine = try ScriptedEngine(podman: podman)
        let lost = Once()
        engine.script { $0.path == "/containers/create" && lost.first() ? .lost : nil }
        let provider = try engine.provider()
        guard case .created(let id) = await provider.create(ScriptedEngine.order("lost")) else {
            Issue.record("not made")
            return
        }
        #expect(engine.names == ["outlet-test-lost"] && id == "outlet-test-lost")
        guard case .running = try await provider.get(label: id, upstreamID: id) else {
            Issue.record("not running")
            return
        }
    }

    @Test func `an engine that falls silent in a create leaves it unknown, with its units held`() async throws
    {
        let engine = try ScriptedEngine()
        let provider = try engine.provider()
        let silent = Once()
        engine.script { call in
            if call.path == "/containers/create" { _ = silent.first() }
            return silent.isOver ? .lost : nil
        }
        guard case .unknown = await provider.create(ScriptedEngine.order("silent")) else {
            Issue.record("it was certain")
            return
        }
        #expect(Set(try provider.machine.leases.held(at: "rack").map(\.label)) == ["outlet-test-silent"])
        await #expect(throws: ProviderFault.self) { try await provider.list(labelPrefix: "outlet-test-") }
        await #expect(throws: ProviderFault.self) { try await provider.offers() }
        await #expect(throws: ProviderFault.self) {
            try await provider.terminate(label: "outlet-test-silent", upstreamID: nil)
        }
        engine.script { _ in nil }
        #expect(try await provider.terminate(label: "outlet-test-silent", upstreamID: nil) == .gone)
        #expect(try provider.machine.leases.held(at: "rack").isEmpty)
    }

    @Test(arguments: [
        (500, "could not select device driver nvidia"),
        (500, "failed to create shim: OCI runtime create failed"),
        (500, "--storage-opt is supported only for overlay over xfs"),
    ])
    func `a start that fails gives everything back`(status: Int, message: String) async throws {
        let engine = try ScriptedEngine()
        engine.script { $0.path.hasSuffix("/start") ? .error(status, message) : nil }
        let provider = try engine.provider()
        let creation = await provider.create(ScriptedEngine.order("start"))
        guard case .refused(.transient(message)) = creation else {
            Issue.record("\(creation)")
            return
        }
        #expect(try engine.names.isEmpty && provider.machine.leases.held(at: "rack").isEmpty)
    }

    @Test func `a list that is cut short, or of unknown words, ends nothing and tells nothing`() async throws
    {
        let engine = try ScriptedEngine()
        let provider = try engine.provider()
        _ = await provider.create(ScriptedEngine.order("kept"))
        for body in [#"[{"Id":"1"},{"#, "{}", "null"] {
            engine.script { $0.path == "/containers/json" ? Answer(body: body) : nil }
            await #expect(throws: ProviderFault.self) { try await provider.list(labelPrefix: "outlet-") }
            await #expect(throws: ProviderFault.self) { try await provider.offers() }
        }
        engine.script { _ in nil }
        engine.setState("hibernating", of: "outlet-test-kept")
        #expect(try await provider.get(label: "outlet-test-kept", upstreamID: nil) == .unknown("hibernating"))
        #expect(try await provider.list(labelPrefix: "outlet-").map(\.state) == [.unknown("hibernating")])
        engine.setState("exited", of: "outlet-test-kept")
        #expect(
            try await provider.get(label: "outlet-test-kept", upstreamID: nil)
                == .failed(reason: "its first process ended with status 137"))
        #expect(Set(try provider.machine.leases.held(at: "rack").map(\.label)) == ["outlet-test-kept"])
    }

    @Test func `a removal that is under way is in progress, and its units stay held`() async throws {
        let engine = try ScriptedEngine()
        let provider = try engine.provider()
        _ = await provider.create(ScriptedEngine.order("going"))
        engine.script {
            $0.method == "DELETE" ? .error(409, "removal of container 1 is already in progress") : nil
        }
        #expect(try await provider.terminate(label: "outlet-test-going", upstreamID: nil) == .inProgress)
        #expect(try !provider.machine.leases.held(at: "rack").isEmpty)
        engine.script { _ in nil }
        #expect(try await provider.terminate(label: "outlet-test-going", upstreamID: nil) == .gone)
    }

    @Test func `an error in a pull's stream of success is a failure`() async throws {
        let engine = try ScriptedEngine()
        engine.script { call in
            if call.path.hasPrefix("/images/docker.io") { return .error(404, "No such image") }
            let lines =
                #"{"status":"Pulling"}"# + "\n" + #"{"errorDetail":{},"error":"manifest unknown"}"# + "\n"
            return call.path == "/images/create" ? Answer(body: lines) : nil
        }
        let provider = try engine.provider()
        guard case .created = await provider.create(ScriptedEngine.order("pull")) else {
            Issue.record("not taken")
            return
        }
        var state = PodState.pending
        for _ in 0..<1_000 where state == .pending {
            try await Task.sleep(for: .milliseconds(5))
            state = try await provider.get(label: "outlet-test-pull", upstreamID: nil)
        }
        #expect(state == .failed(reason: "No such image: manifest unknown"))
        #expect(try provider.machine.leases.held(at: "rack").isEmpty)
    }

    @Test func `a container of that name that is not ours is left alone`() async throws {
        let engine = try ScriptedEngine()
        engine.script { call in
            call.method == "GET" && call.path == "/containers/outlet-test-foreign/json"
                ? Answer(body: #"{"Id":"x","State":{"Status":"running"},"Config":{"Labels":{}}}"#) : nil
        }
        let provider = try engine.provider()
        let creation = await provider.create(ScriptedEngine.order("foreign"))
        guard case .refused(.conflict) = creation else {
            Issue.record("\(creation)")
            return
        }
        #expect(!engine.calls.contains { $0.method == "DELETE" })
    }

    @Test(arguments: ["NVIDIA_VISIBLE_DEVICES", "1BAD", "A=B"])
    func `a renter's variable that could do harm is refused before anything is called`(name: String)
        async throws
    {
        let engine = try ScriptedEngine()
        let order = PodOrder(
            label: "outlet-test-env", offerKey: "cpu/Here/1", authorizedKeys: [], environment: [name: "all"],
            bootScript: "", image: "debian:12")
        guard case .refused(.invalid) = await (try engine.provider()).create(order) else {
            Issue.record("taken")
            return
        }
        #expect(engine.calls.isEmpty)
    }
}

/// True once, for whoever is first.
private final class Once: Sendable {
    private let count = Mutex(0)
    func first() -> Bool {
        count.withLock { count in
            count += 1
            return count == 1
        }
    }
    var isOver: Bool { count.withLock { $0 > 0 } }
}
