import Configuration
import Domain
import Foundation
import Operations
import Logging
import TestSupport
import Testing

@testable import Providers

/// Providers over a real container engine, with leases in a real database.
final class EngineBench: Sendable {
    let kind: TestEngine.Kind
    let folder: ScratchFolder
    let store: TestStore
    let client: EngineClient
    let engine: TestEngine

    var socket: String { engine.socket }
    var tlsPort: Int { engine.tlsPort }

    init(_ kind: TestEngine.Kind) async throws {
        self.kind = kind
        store = try TestStore()
        engine = try await TestEngine(kind)
        folder = engine.folder
        client = EngineClient(place: "unix://\(engine.socket)", socket: engine.socket)
    }

    // MARK: Providers over it

    func settings(
        gpus: [String] = [], slots: Int = 4, endpoint: DockerProviderSettings.Endpoint? = nil,
        ports: ClosedRange<Int>? = nil
    ) throws -> DockerProviderSettings {
        let range = try ports ?? FreePort.range(of: 40)
        let sold: (String, Int, Int) -> LocalProviderSettings.Offer = { family, count, slots in
            LocalProviderSettings.Offer(
                family: family, model: "TEST", vramGB: 1, gpuCount: count, region: "Here", regionCode: "US",
                price: .init(centsPerHour: 10)!, interconnect: nil, slots: slots)
        }
        var offers = [
            DockerProviderSettings.Offer(sold: sold("cpu", 1, slots), usesGPUs: false, cpus: 1, memoryGB: 1)
        ]
        if !gpus.isEmpty {
            for count in [1, 2] {
                offers.append(.init(sold: sold("h100-80gb", count, 0), usesGPUs: true, cpus: 1, memoryGB: 1))
            }
        }
        return DockerProviderSettings(
            code: "rack", endpoint: endpoint ?? .unix(path: socket), host: "127.0.0.1",
            bindAddress: "127.0.0.1", firstPort: range.lowerBound, lastPort: range.upperBound,
            network: kind == .docker ? "outlet-pods" : "podman",
            inventory: gpus.isEmpty ? .none : .host,
            gpus: gpus.map {
                DockerProviderSettings.GPU(
                    uuid: $0, family: "h100-80gb", cdiName: engine.hasCDI ? "nvidia.com/gpu=" + $0 : nil)
            }, offers: offers)
    }

    func provider(_ settings: DockerProviderSettings) throws -> DockerProvider {
        DockerProvider(
            machine: DockerMachine(
                settings: settings, client: EngineClient(settings, runDirectory: folder["run"]),
                hostKeys: HostKeys(secretKeyPath: folder["secret.key"]),
                leases: StoredLeases(try store.anotherContext()), ownPrefix: "outlet-test-",
                logger: Logger(label: "test"), nvidiaSMI: folder["nvidia-smi"]))
    }

    func order(
        _ name: String, offer: String = "cpu/Here/1", image: String = TestEngine.image,
        environment: [String: String] = [:], bootScript: String = ""
    ) throws -> PodOrder {
        let key = try String(contentsOfFile: folder["key.pub"], encoding: .utf8).trimmed
        return PodOrder(
            label: "outlet-test-\(name)", offerKey: offer, authorizedKeys: [key], environment: environment,
            bootScript: bootScript, image: image)
    }

    /// Creates a pod and waits until its SSH server answers.
    func pod(_ provider: DockerProvider, _ order: PodOrder) async throws -> Endpoint {
        let creation = await provider.create(order)
        guard case .created(let id) = creation else { throw TestFault("not created: \(creation)") }
        return try await answering(provider, order.label, id)
    }

    func answering(_ provider: DockerProvider, _ label: String, _ id: String) async throws -> Endpoint {
        let deadline = ContinuousClock.now + .seconds(60)
        var last = "nothing yet"
        while ContinuousClock.now < deadline {
            let state = try await provider.get(label: label, upstreamID: id)
            last = "\(state)"
            if case .running(let endpoint) = state {
                let banner = try? await SSHBanner.read(
                    host: endpoint.host, port: endpoint.port, timeout: .seconds(10))
                if banner?.hasPrefix("SSH-2.0") == true { return endpoint }
                last += ", no banner"
            } else if state != .pending {
                break
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        let log = (try? await provider.log(label: label, upstreamID: id)) ?? "none"
        throw TestFault("\(label) is \(last), its log: \(log)")
    }

    func ssh(_ endpoint: Endpoint, _ command: String, _ more: [String] = []) throws -> Ran {
        let known = folder["known-\(endpoint.port)"]
        let scan = run(["ssh-keyscan", "-T", "20", "-t", "ed25519", "-p", "\(endpoint.port)", endpoint.host])
        try scan.output.write(toFile: known, atomically: true, encoding: .utf8)
        return run(
            ["ssh", "-F", "none", "-i", folder["key"], "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes"]
                + ["-o", "UserKnownHostsFile=\(known)", "-o", "StrictHostKeyChecking=yes"] + more
                + ["-p", "\(endpoint.port)", "\(endpoint.user)@\(endpoint.host)", command])
    }
}
