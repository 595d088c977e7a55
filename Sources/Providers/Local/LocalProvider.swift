import Configuration
import Domain
import Foundation
import Logging

/// Pods on the outlet's own machine: one set of Linux namespaces and one SSH server each, no daemon, no image, no root.
/// They are for trying the outlet out: the kernel is shared, and there is no GPU inside.
///
/// Each has a folder `podsDirectory/LABEL` and a keeper process (`outlet-pod`), which a restart of the meter does
/// not touch; all that is known of a pod is read from there. Under systemd the meter's unit needs
/// `KillMode=process`, else systemd ends the keepers with it.
package final class LocalProvider: Provider {
    package let code: String
    package let provisionDeadline = Seconds(60)
    package let estimatedProvisionTime = Seconds(2)

    private let settings: LocalProviderSettings
    private let store: PodStore
    private let logger: Logger
    private let queue: DispatchQueue  // Serial: everything that touches pods' folders.

    /// `keeperPath` is the program `outlet-pod`.
    package convenience init(
        settings: LocalProviderSettings, podsDirectory: String, keeperPath: String, logger: Logger
    ) {
        self.init(
            machine: LocalMachine(settings: settings, podsDirectory: podsDirectory, keeperPath: keeperPath),
            logger: logger)
    }

    init(machine: LocalMachine, logger: Logger) {
        settings = machine.settings
        self.logger = logger
        code = settings.code
        store = PodStore(machine: machine)
        queue = DispatchQueue(label: "provider.\(settings.code)")
        let server = store.machine.server.map {
            $0.toolsPath == nil ? $0.kind.rawValue : "fetched \($0.kind.rawValue)"
        }
        logger.info(
            "local_provider",
            metadata: [
                "code": "\(code)", "server": "\(server ?? "none")", "network": "\(settings.network.rawValue)",
                "uids": "\(LocalMachine.separatesUsers ? "one a pod" : "one for all")",
            ])
    }

    package func offers() async throws -> [Offer] {
        guard await problem() == nil else { return [] }
        let occupied = try await run { try self.store.occupied() }
        return settings.offers.map { offer in
            Offer(
                key: offer.key, family: offer.family, model: offer.model, vramGB: offer.vramGB,
                gpuCount: offer.gpuCount, price: offer.price, region: offer.region,
                regionCode: offer.regionCode,
                interconnect: offer.interconnect, free: max(0, offer.slots - occupied[offer.key, default: 0]),
                note: note)
        }
    }

    private var note: String {
        switch settings.network {
        case .own: "CPU demo: not for untrusted tenants. No GPU, no internet access."
        case .host: "CPU demo: not for untrusted tenants. No GPU; shares the network of its host."
        }
    }

    package func create(_ order: PodOrder) async -> Creation {
        guard let folder = store.folder(order.label) else {
            return .refused(.invalid("not a label: \(order.label)"))
        }
        do {
            try await run { [store] in
                // A folder without a live pod is what a crash left of an earlier try: nothing of it was handed out.
                if folder.exists, folder.record == nil, store.state(of: folder) == .gone { try folder.wipe() }
                if !folder.exists { try store.start(order, in: folder) }
            }
            logger.info("local_pod_started", metadata: ["label": "\(order.label)"])
            return .created(upstreamID: order.label)
        } catch let fault as ProviderFault {
            return .refused(fault)
        } catch {
            return .refused(.transient("\(error)"))
        }
    }

    package func list(labelPrefix: String) async throws -> [Pod] {
        try await run { [store] in
            try store.folders(labelPrefix: labelPrefix).map {
                Pod(
                    label: $0.label, upstreamID: $0.label, state: store.state(of: $0),
                    offerKey: $0.note?.offerKey)
            }
        }
    }

    package func get(label: String, upstreamID: String?) async throws -> PodState {
        guard let folder = store.folder(label) else { return .gone }
        let state = try await run { [store] in folder.exists ? store.state(of: folder) : .gone }
        guard state == .gone else { return state }
        return try await terminate(label: label, upstreamID: upstreamID) == .gone ? .gone : .pending
    }

    package func terminate(label: String, upstreamID: String?) async throws -> Termination {
        guard let folder = store.folder(label) else { return .gone }
        let killed: [ProcessIdentity] = try await run { [store] in folder.exists ? store.kill(folder) : [] }
        let deadline = ContinuousClock.now + .seconds(2)
        while killed.contains(where: \.isAlive) {
            guard ContinuousClock.now < deadline else { return .inProgress }
            try await Task.sleep(for: .milliseconds(1))
        }
        try await run { try folder.wipe() }
        return .gone
    }

    package func log(label: String, upstreamID: String?) async throws -> String? {
        guard let folder = store.folder(label) else { return nil }
        return try await run { folder.logTail() }
    }

    package func problem() async -> String? {
        do {
            return try await run { [store] in
                try store.prepare()
                return store.machine.problem()
            }
        } catch { return "The folder for pods could not be made: \(error)" }
    }

    /// Runs `work` on the provider's own thread: it waits for the disk and for short programs.
    private func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
