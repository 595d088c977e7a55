import Configuration
import Domain
import Foundation
import Logging

/// Pods as containers on one of the operator's own machines, over Docker's Engine API. A pod is a container with an SSH
/// server, one published port and, by exclusive lease, whole GPUs by their UUIDs.
///
/// A container's name is the label, so a second create of the same pod finds the first. What a container is for stands
/// in its labels and the leases in the database; memory holds only what may be forgotten.
package final class DockerProvider: Provider {
    package let code: String
    package let provisionDeadline = Seconds(1_800)  // A large image may have to come first.
    package let estimatedProvisionTime = Seconds(10)

    let machine: DockerMachine

    /// - Parameters:
    ///   - runDirectory: for the sockets of tunnels.
    ///   - labelPrefix: of this outlet's pods; containers with others are left alone.
    package convenience init(
        settings: DockerProviderSettings, runDirectory: String, labelPrefix: String, hostKeys: HostKeys,
        leases: any UnitLeases, logger: Logger
    ) {
        self.init(
            machine: DockerMachine(
                settings: settings, client: EngineClient(settings, runDirectory: runDirectory),
                hostKeys: hostKeys, leases: leases, ownPrefix: labelPrefix, logger: logger))
    }

    init(machine: DockerMachine) {
        self.machine = machine
        code = machine.settings.code
    }

    package func offers() async throws -> [Offer] {
        try await translated {
            let hello = try await machine.client.greet()
            let containers = try await machine.reconcile()
            let taken = try machine.leases.taken()
            let unsellable = try await machine.unsellableGPUs(
                containers, taken: taken, noOlderThan: .seconds(20))
            machine.tell(unsellable)
            return machine.settings.offers.map { offer in
                let isDeaf = offer.usesGPUs && !hello.heedsGPURequests
                let free =
                    isDeaf ? 0 : machine.units.free(offer, taken: taken, busy: Set(unsellable.keys))
                return Offer(offer, free: free, machine: machine.settings.code)
            }
        }
    }

    package func create(_ order: PodOrder) async -> Creation {
        guard Self.isLabel(order.label) else {
            return .refused(.invalid("not a label: \(order.label)"))
        }
        do {
            let plan = try PodPlan(order, on: machine)
            guard machine.beginMaking(order.label) else { return .created(upstreamID: order.label) }
            var goesOn = false
            defer { if !goesOn { machine.endMaking(order.label) } }
            goesOn = try await machine.make(plan)
            return .created(upstreamID: order.label)
        } catch let fault as EngineFault where fault.mayHaveActed {
            return .unknown("\(fault)")
        } catch let fault as EngineFault {
            return .refused(fault.asProviderFault)
        } catch let fault as ProviderFault {
            return .refused(fault)
        } catch {
            return .refused(.transient("\(error)"))
        }
    }

    package func list(labelPrefix: String) async throws -> [Pod] {
        try await translated {
            // First what is being made: between the two looks it may become a container, not vanish.
            let making = machine.makingLabels.filter { $0.hasPrefix(labelPrefix) }
            let containers = try await machine.client.containers(withLabel: PodTags.labelKey)
            let found = containers.compactMap { container -> Pod? in
                guard let tags = PodTags(container.Labels), tags.label.hasPrefix(labelPrefix) else {
                    return nil
                }
                return Pod(
                    label: tags.label, upstreamID: tags.label,
                    state: machine.listedState(container.State, tags), offerKey: tags.offerKey)
            }
            let labels = Set(found.map(\.label))
            return found
                + making.subtracting(labels).sorted().map { Pod(label: $0, upstreamID: $0, state: .pending) }
        }
    }

    package func get(label: String, upstreamID: String?) async throws -> PodState {
        guard Self.isLabel(label) else { return .gone }
        return try await translated { try await machine.state(of: label) }
    }

    package func terminate(label: String, upstreamID: String?) async throws -> Termination {
        guard Self.isLabel(label) else { return .gone }
        return try await translated { try await machine.terminate(label) }
    }

    /// The operator may have listed a GPU under the wrong family.
    package var gpuCheck: GPUCheck { machine.settings.gpus.isEmpty ? .none : .engine }

    package func gpus(label: String, upstreamID: String?) async throws -> [SeenGPU]? {
        guard Self.isLabel(label) else { throw ProviderFault.notFound }
        return try await translated { try await machine.seenGPUs(of: label) }
    }

    package func log(label: String, upstreamID: String?) async throws -> String? {
        guard Self.isLabel(label) else { return nil }
        return try await translated {
            guard let container = try await machine.client.container(label) else { return nil }
            let text = try await machine.client.log(of: label, lines: 500)
            return PodLog.shown(text, of: container)
        }
    }

    package func problem() async -> String? {
        do {
            let hello = try await machine.client.greet()
            guard hello.serverOS == "linux" else { return "\(hello.name) runs \(hello.serverOS), not Linux" }
            _ = try await machine.client.containers(withLabel: PodTags.labelKey)
            if machine.settings.gpus.isEmpty { return nil }
            guard hello.heedsGPURequests else { return DeviceChoice.deafPodman(hello) }
            guard let seen = try await machine.inventory(noOlderThan: .seconds(20)) else { return nil }
            let missing = machine.settings.gpus.map(\.uuid).filter { !seen.uuids.contains($0) }
            return missing.isEmpty
                ? nil
                : "nvidia-smi does not show \(missing.joined(separator: ", ")); see outletctl host check"
        } catch { return "\(error)" }
    }

    /// Labels are names of containers, and words of paths.
    private static func isLabel(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                    || byte == UInt8(ascii: "-")
            }
    }

    /// What the engine says, in the vocabulary of providers.
    private func translated<Value>(_ work: () async throws -> Value) async throws -> Value {
        do { return try await work() } catch let fault as EngineFault { throw fault.asProviderFault }
    }
}

extension Offer {
    init(_ offer: DockerProviderSettings.Offer, free: Int, machine: String) {
        let sold = offer.sold
        let size = "\(offer.cpus) CPU\(offer.cpus == 1 ? "" : "s"), \(offer.memoryGB) GB memory"
        let disk = offer.diskGB.map { ", \($0) GB disk" } ?? ""
        self.init(
            key: sold.key, family: sold.family, model: sold.model, vramGB: sold.vramGB,
            gpuCount: sold.gpuCount, price: sold.price, region: sold.region, regionCode: sold.regionCode,
            interconnect: sold.interconnect, free: free,
            note: (offer.usesGPUs ? "Container: " : "CPU only, no GPU. Container: ") + size + disk + ".")
        source = "machine \(machine)"
    }
}
