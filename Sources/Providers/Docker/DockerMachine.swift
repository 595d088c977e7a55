import Configuration
import Domain
import Foundation
import Logging
import Synchronization

/// One machine with its engine, and what this process knows of the pods on it beyond what engine and leases tell.
final class DockerMachine: Sendable {
    let settings: DockerProviderSettings
    let client: EngineClient
    let leases: any UnitLeases
    let source: GPUSource
    let logger: Logger
    let hostKeys: HostKeys
    let ownPrefix: String  // Of this outlet's labels.
    var units: MachineUnits { MachineUnits(settings: settings) }

    private let state = Mutex(State())

    private struct State {
        var making: Set<String> = []  // Labels whose containers are being made right now.
        var pulling: [String: Task<Void, Never>] = [:]
        var failures: [String: String] = [:]  // Of those that waited for a pull, until they are terminated.
        var guarded: Set<String> = []  // Running, and seen with the right GPUs.
        var badPorts: [Int: ContinuousClock.Instant] = [:]
        var inventory: (read: GPUInventory?, at: ContinuousClock.Instant)?
        var told: Set<String> = []  // What was logged, so that each thing is once.
    }

    init(
        settings: DockerProviderSettings, client: EngineClient, hostKeys: HostKeys, leases: any UnitLeases,
        ownPrefix: String,
        logger: Logger, nvidiaSMI: String = "nvidia-smi"
    ) {
        self.settings = settings
        self.client = client
        self.hostKeys = hostKeys
        self.leases = leases
        self.ownPrefix = ownPrefix
        self.logger = logger
        source = GPUSource(settings: settings, client: client, program: nvidiaSMI)
    }

    func offer(_ key: String) -> DockerProviderSettings.Offer? {
        settings.offers.first { $0.sold.key == key }
    }

    func gpu(_ uuid: String) -> DockerProviderSettings.GPU? { settings.gpus.first { $0.uuid == uuid } }

    // MARK: What is under way

    /// False when this label is being made already.
    func beginMaking(_ label: String) -> Bool { state.withLock { $0.making.insert(label).inserted } }

    func endMaking(_ label: String) { state.withLock { _ = $0.making.remove(label) } }

    func isMaking(_ label: String) -> Bool { state.withLock { $0.making.contains(label) } }

    var makingLabels: Set<String> { state.withLock(\.making) }

    /// Goes on in the background, as long as nobody terminates it; the label counts as being made until its end.
    func makeLater(_ label: String, _ work: @escaping @Sendable () async throws -> Void) {
        // Under the lock, so that its end cannot come before its beginning is noted.
        state.withLock { state in
            state.pulling[label] = Task {
                var failure: String?
                do { try await work() } catch {
                    failure = (error as? EngineFault)?.description ?? "\(error)"
                    logger.error(
                        "docker_pod_failed", metadata: ["label": "\(label)", "error": "\(failure!)"])
                }
                self.state.withLock { [failure] state in
                    state.failures[label] = failure
                    state.pulling[label] = nil
                    state.making.remove(label)
                }
            }
        }
    }

    func cancelMaking(_ label: String) { state.withLock { $0.pulling[label] }?.cancel() }

    func failure(of label: String) -> String? { state.withLock { $0.failures[label] } }

    func isGuarded(_ label: String) -> Bool { state.withLock { $0.guarded.contains(label) } }

    func markGuarded(_ label: String) { state.withLock { _ = $0.guarded.insert(label) } }

    func forget(_ label: String) {
        state.withLock { state in
            state.guarded.remove(label)
            state.failures[label] = nil
        }
    }

    // MARK: Ports that others have

    func avoid(port: Int) { state.withLock { $0.badPorts[port] = .now + .seconds(600) } }

    var portsToAvoid: Set<Int> {
        state.withLock { state in
            state.badPorts = state.badPorts.filter { $0.value > .now }
            return Set(state.badPorts.keys)
        }
    }

    // MARK: The GPUs

    /// What `nvidia-smi` says, no older than `age`; nil when it is not asked.
    func inventory(noOlderThan age: Duration) async throws -> GPUInventory? {
        guard !settings.gpus.isEmpty else { return nil }
        if let known = state.withLock(\.inventory), known.at + age > .now { return known.read }
        let read = try await source.read()
        state.withLock { $0.inventory = (read, .now) }
        return read
    }

    /// GPUs that must not be sold now, beside those that are leased: missing, partitioned, of another family than they are
    /// listed under, used by programs although nobody has leased them, or held by containers of another outlet.
    func unsellableGPUs(
        _ containers: [ContainerSummary], taken: Set<String>, noOlderThan age: Duration
    ) async throws -> [String: String] {
        var reasons: [String: String] = [:]
        for tags in containers.compactMap({ PodTags($0.Labels) }) where !tags.label.hasPrefix(ownPrefix) {
            for uuid in tags.gpus { reasons[uuid] = "held by \(tags.label) of another outlet" }
        }
        if let inventory = try await inventory(noOlderThan: age) {
            for gpu in settings.gpus where !inventory.uuids.contains(gpu.uuid) {
                reasons[gpu.uuid] = "nvidia-smi does not show it"
            }
            for gpu in inventory.gpus where gpu.isPartitioned { reasons[gpu.uuid] = "partitioned (MIG)" }
            for gpu in inventory.gpus { if let words = complaint(about: gpu) { reasons[gpu.uuid] = words } }
            for (uuid, programs) in inventory.busy where !taken.contains(uuid) {
                reasons[uuid] = "busy outside: used by \(programs.joined(separator: "; "))"
            }
        }
        return reasons.filter { gpu($0.key) != nil }
    }

    /// Nil when it is what it is listed as.
    func complaint(about gpu: GPUInventory.GPU) -> String? {
        guard let listed = self.gpu(gpu.uuid),
            let sold = settings.offers.first(where: { $0.sold.family == listed.family })?.sold
        else { return nil }
        return PromisedGPUs(family: sold.family, vramGB: sold.vramGB, count: 1).complaint(about: [gpu.seen])
    }

    /// What its driver calls a pod's GPUs: beside the engine where it is asked there, since a renter may do to the pod's own
    /// `nvidia-smi` what they like; else in the pod. Nil for one without.
    func seenGPUs(of label: String) async throws -> [SeenGPU]? {
        guard let container = try await client.container(label), let tags = PodTags(container.Config?.Labels),
            tags.label == label
        else { throw ProviderFault.notFound }
        guard !tags.gpus.isEmpty else { return nil }
        if let inventory = try await inventory(noOlderThan: .seconds(60)) {
            return inventory.gpus.filter { tags.gpus.contains($0.uuid) }.map(\.seen)
        }
        let query = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
        return SeenGPU.all(in: try await client.exec(query, in: container.Id).output)
    }

    /// Logs what is new, and forgets what is over so that it would be told again.
    func tell(_ reasons: [String: String]) {
        let now = Set(reasons.map { "\($0.key) \($0.value.prefix(60))" })
        let new = state.withLock { state in
            defer { state.told = now }
            return now.subtracting(state.told)
        }
        for text in new.sorted() {
            logger.warning("gpu_not_sold", metadata: ["code": "\(settings.code)", "gpu": "\(text)"])
        }
    }
}
