import Configuration
import Domain
import Foundation
import Programs
import Logging
@testable import Providers
import Testing

/// A folder for pods with a provider over it, a renter's key, and the ssh client. Ends all its pods at the end.
final class LocalOutlet: Sendable {
    let root: String
    let settings: LocalProviderSettings
    let provider: LocalProvider
    var pods: String { root + "/pods" }
    var publicKey: String {
        get throws { try String(contentsOfFile: root + "/key.pub", encoding: .utf8).trimmed }
    }

    init(
        slots: Int = 12, network: LocalProviderSettings.Network = .own, server: SSHServer? = nil,
        fetched: Bool = false
    ) throws {
        root = FileManager.default.temporaryDirectory.path + "/pods-test-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        chmod(root, 0o700)  // As a data directory may be: closed to the uids of pods.
        let first = Int.random(in: 30_000...58_000)
        settings = LocalProviderSettings(
            code: "local", network: network, firstPort: first, lastPort: first + 200,
            firstUID: 900_000 + Int.random(in: 0..<90_000), offers: [.demo(slots: slots)])
        let tools = root + "/pods/tools"
        let chosen = fetched ? SSHServer(kind: .dropbear, toolsPath: tools) : server
        provider = LocalProvider(
            machine: LocalMachine(
                settings: settings, podsDirectory: root + "/pods", keeperPath: Self.keeperPath,
                chosenServer: chosen),
            logger: Logger(label: "test"))
        if fetched {
            try #require(run(["mkdir", "-p", tools + "/usr/sbin", tools + "/usr/bin"]).status == 0)
            try #require(run(["cp", "/usr/sbin/dropbear", tools + "/usr/sbin/"]).status == 0)
            try #require(run(["cp", "/usr/bin/dropbearkey", tools + "/usr/bin/"]).status == 0)
        }
        for name in ["key", "stranger"] {
            try #require(
                run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", root + "/" + name]).status == 0)
        }
    }

    static func provider(_ settings: LocalProviderSettings, _ pods: String) -> LocalProvider {
        LocalProvider(
            settings: settings, podsDirectory: pods, keeperPath: keeperPath, logger: Logger(label: "test"))
    }

    /// A second provider over the same folder, as after a restart of the meter.
    func restarted() -> LocalProvider { Self.provider(settings, pods) }

    /// What every pod test needs; else why it is skipped.
    static let problem: String? = {
        let folder =
            FileManager.default.temporaryDirectory.path + "/pods-probe-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = LocalProviderSettings(code: "local", offers: [.demo(slots: 1)])
        let machine = LocalMachine(settings: settings, podsDirectory: folder, keeperPath: keeperPath)
        do { try PodStore(machine: machine).prepare() } catch { return "\(error)" }
        return machine.problem()
    }()

    /// Beside the tests, in the build folder.
    static var keeperPath: String {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let start = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        for candidate in [
            folder, start.appending(path: ".build/debug"), start.appending(path: ".build/release"),
        ] {
            folder = candidate
            while folder.path != "/" {
                let keeper = folder.appending(path: "outlet-pod").path
                if FileManager.default.isExecutableFile(atPath: keeper) { return keeper }
                folder.deleteLastPathComponent()
            }
        }
        return "outlet-pod"
    }

    func order(
        _ name: String, environment: [String: String] = [:], bootScript: String = ""
    ) throws -> PodOrder {
        PodOrder(
            label: "outlet-test-\(name)", offerKey: "demo-cpu/Here/1", authorizedKeys: [try publicKey],
            environment: environment, bootScript: bootScript, image: "")
    }

    /// Creates a pod and waits until it answers.
    @discardableResult
    func pod(_ name: String, environment: [String: String] = [:], bootScript: String = "") async throws
        -> Endpoint
    {
        let order = try order(name, environment: environment, bootScript: bootScript)
        guard case .created(let id) = await provider.create(order) else { throw Trouble("not created") }
        return try await answering(order.label, id)
    }

    func answering(_ label: String, _ id: String) async throws -> Endpoint {
        var state = PodState.pending
        for _ in 0..<500 {
            state = try await provider.get(label: label, upstreamID: id)
            if case .running(let endpoint) = state {
                _ = try await SSHBanner.read(host: endpoint.host, port: endpoint.port, timeout: .seconds(10))
                return endpoint
            }
            guard state == .pending else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Trouble(
            "the pod is \(state), its log: \((try? await provider.log(label: label, upstreamID: id)) ?? "none")"
        )
    }

    /// Runs `command` in the pod by the real client, checking the host key against the provider's.
    func ssh(_ endpoint: Endpoint, _ command: String, key: String = "key") throws -> Ran {
        run(
            ["ssh"] + (try options(endpoint, key: key)) + [
                "-p", "\(endpoint.port)", "\(endpoint.user)@\(endpoint.host)", command,
            ])
    }

    func options(_ endpoint: Endpoint, key: String = "key") throws -> [String] {
        let known = root + "/known-\(endpoint.port)"
        let scan = run(["ssh-keyscan", "-T", "20", "-t", "ed25519", "-p", "\(endpoint.port)", endpoint.host])
        try scan.output.write(toFile: known, atomically: true, encoding: .utf8)
        return [
            "-F", "none", "-i", root + "/" + key, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
            "-o", "UserKnownHostsFile=\(known)", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=20",
        ]
    }

    func folder(_ name: String) -> String { pods + "/outlet-test-\(name)" }

    func record(_ name: String) throws -> [String: Any] {
        let data = try #require(FileManager.default.contents(atPath: folder(name) + "/pod.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    func close() async {
        for pod in (try? await provider.list(labelPrefix: "outlet-")) ?? [] {
            _ = try? await provider.terminate(label: pod.label, upstreamID: pod.upstreamID)
        }
        try? FileManager.default.removeItem(atPath: root)
    }
}

struct Trouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

struct Ran {
    let status: Int32
    let output: String
    let error: String
}

/// Runs a program to its end, without input. Not by Foundation's `Process`: its children hold each other's pipes.
func run(_ arguments: [String]) -> Ran {
    do {
        let ran = try Command.run(arguments, seconds: 60)
        return Ran(status: ran.status, output: ran.output.trimmed, error: ran.error.trimmed)
    } catch { return Ran(status: -1, output: "", error: "\(error)") }
}

/// A program that runs beside the test; killed at the end.
struct Companion: ~Copyable {
    let identity: ProcessIdentity

    init(_ arguments: [String]) throws {
        identity = try #require(ProcessIdentity(current: try Command.detach(arguments, log: "/dev/null")))
    }

    deinit {
        identity.kill()
        waitpid(identity.pid, nil, 0)
    }
}

extension String {
    var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

extension LocalProviderSettings.Offer {
    static func demo(slots: Int) -> Self {
        Self(
            family: "demo-cpu", model: "CPU_DEMO", vramGB: 1, gpuCount: 1, region: "Here", regionCode: "US",
            price: .init(centsPerHour: 10)!, interconnect: nil, slots: slots)
    }
}
