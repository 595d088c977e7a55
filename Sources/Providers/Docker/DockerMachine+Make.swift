import Configuration
import Domain
import Foundation

/// What a pod is made of, checked before anything is taken or called.
struct PodPlan: Sendable {
    let order: PodOrder
    let offer: DockerProviderSettings.Offer
    let image: ImageName
    let variables: PodEnvironment
    let hostKey: HostKey

    /// - Throws: `ProviderFault.invalid`.
    init(_ order: PodOrder, on machine: DockerMachine) throws {
        guard let offer = machine.offer(order.offerKey) else {
            throw ProviderFault.invalid("no such offer: \(order.offerKey)")
        }
        guard let image = ImageName(order.image) else {
            throw ProviderFault.invalid("not the name of an image: \(order.image)")
        }
        guard order.authorizedKeys.allSatisfy({ key in !key.utf8.contains { $0 < 0x20 } }) else {
            throw ProviderFault.invalid("a control character in an SSH key")
        }
        if let name = order.environment.keys.first(where: { $0.hasPrefix("NVIDIA_") }) {
            throw ProviderFault.invalid("\(name) is not the renter's to set")
        }
        variables = try PodEnvironment(order.environment)
        self.order = order
        self.offer = offer
        self.image = image
        // Without the outlet's secret, any key will do: the container's label has its fingerprint.
        hostKey =
            machine.hostKeys.key(of: order.label)
            ?? HostKey(secret: Data(UUID().uuidString.utf8), label: order.label)
    }

    /// Of the container: what the renter asked for; without GPUs, a word for NVIDIA's hook to keep out.
    var containerVariables: [String] {
        let own = order.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return offer.usesGPUs ? own : own + ["NVIDIA_VISIBLE_DEVICES=void"]
    }

    /// Of logins, which sshd gives a clean environment: what the image sets, and over it what the renter asked for.
    func sessionVariables(_ image: ImageAnswer) -> PodEnvironment {
        var all: [String: String] = [:]
        for line in image.Config?.Env ?? [] {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].hasPrefix("NVIDIA_") else { continue }
            let one = [String(parts[0]): String(parts[1])]
            if (try? PodEnvironment(one)) != nil { all.merge(one) { $1 } }
        }
        all.merge(order.environment) { $1 }
        return (try? PodEnvironment(all)) ?? variables
    }
}

extension DockerMachine {
    /// Makes and starts a pod; the label is being made, says `beginMaking`. Its image may have to come first: then it
    /// goes on in the background, and this returns.
    /// - Returns: whether the label is still being made.
    /// - Throws: when there is certainly nothing; `EngineFault` with `mayHaveActed` when that is not certain.
    func make(_ plan: PodPlan) async throws -> Bool {
        let label = plan.order.label
        if let found = try await client.container(label) {
            guard PodTags(found.Config?.Labels)?.label == label else {
                throw ProviderFault.conflict("a container that is not this outlet's has the name \(label)")
            }
            return false
        }
        var units = try await takeUnits(plan)
        do {
            if let image = try await client.image(plan.image) {
                try await build(plan, image, &units)
                return false
            }
        } catch {
            try await clear(label, after: error)
        }
        makeLater(label) { [units] in
            do {
                try await self.client.pull(plan.image)
                guard let image = try await self.client.image(plan.image) else {
                    throw EngineFault.refused(status: 404, message: "No such image: \(plan.image)")
                }
                var units = units
                try await self.build(plan, image, &units)
            } catch {
                try await self.clear(label, after: error)
            }
        }
        return true
    }

    /// Leases first: what the engine is asked for belongs to this pod before the engine hears of it.
    private func takeUnits(_ plan: PodPlan) async throws -> [String] {
        let containers = try await client.containers(withLabel: PodTags.labelKey)
        var unsellable: [String: String] = [:]
        if plan.offer.usesGPUs {
            let hello = try await client.greet()
            guard hello.heedsGPURequests else { throw EngineFault.unusable(DeviceChoice.deafPodman(hello)) }
            let taken = try leases.taken()
            unsellable = try await unsellableGPUs(containers, taken: taken, noOlderThan: .seconds(3))
        }
        do {
            return try leases.take(
                [
                    units.wish(for: plan.offer, without: Set(unsellable.keys)),
                    units.ports(without: portsToAvoid),
                ], for: plan.order.label, at: settings.code)
        } catch UnitRefusal.allTaken {
            throw ProviderFault.noCapacity("all of \(plan.order.offerKey) are taken")
        } catch UnitRefusal.ended {
            throw ProviderFault.conflict("it was ended before it was made")
        }
    }

    /// Container, files, start, and the look at its GPUs. A port that somebody else has is passed over.
    private func build(_ plan: PodPlan, _ image: ImageAnswer, _ units: inout [String]) async throws {
        let label = plan.order.label
        for _ in 0..<8 {
            let tags = try await createContainer(plan, units)
            try await client.put(
                TarArchive(
                    order: plan.order, variables: plan.sessionVariables(image), hostKey: plan.hostKey
                ).closed(), into: label)
            do {
                try await start(label, tags)
                logger.info(
                    "docker_pod_started",
                    metadata: ["label": "\(label)", "units": "\(units.joined(separator: " "))"])
                return
            } catch let fault as EngineFault where fault.isPortTaken {
                avoid(port: tags.port)
                try await client.remove(label)
                let wish = self.units.ports(without: portsToAvoid)
                units = units.filter { !$0.hasPrefix("port/") }
                do {
                    units += try leases.take([wish], for: label, at: settings.code)
                } catch UnitRefusal.allTaken { throw ProviderFault.noCapacity("no port is free") }
            }
        }
        throw ProviderFault.transient("other programs use the ports of \(settings.code)")
    }

    func createContainer(_ plan: PodPlan, _ units: [String]) async throws -> PodTags {
        let gpus = units.compactMap(gpu)
        let request =
            gpus.isEmpty ? nil : try await DeviceChoice(settings: settings, client: client).request(for: gpus)
        let tags = PodTags(
            label: plan.order.label, offerKey: plan.order.offerKey, units: units,
            port: self.units.port(in: units), hostKeyFingerprint: plan.hostKey.fingerprint,
            devices: request?.DeviceIDs ?? [], variables: plan.order.environment.keys.sorted())
        var spec = ContainerSpec(
            image: plan.image, environment: plan.containerVariables, labels: tags.labels,
            command: PodBootstrap.command, cpus: plan.offer.cpus, memoryGB: plan.offer.memoryGB,
            diskGB: plan.offer.diskGB, network: try await network(for: tags.label),
            podman: try await client.greet().isPodman)
        spec.HostConfig.DeviceRequests = request.map { [$0] }
        spec.ExposedPorts = ["22/tcp": .init()]
        spec.HostConfig.PortBindings = [
            "22/tcp": [.init(HostIp: settings.bindAddress, HostPort: "\(tags.port)")]
        ]
        do { try await client.create(spec, name: tags.label) } catch let fault as EngineFault
            where fault.isNameTaken || fault.mayHaveActed
        {
            // Of this very call, whose answer was lost: the label is nobody else's, and only we make it.
            try await client.remove(tags.label)
            try await client.create(spec, name: tags.label)
        }
        return tags
    }

    /// Starts a container that is complete, unless its pod was ended meanwhile, and looks at its GPUs.
    func start(_ label: String, _ tags: PodTags) async throws {
        guard try leases.mayStart(label) else {
            throw ProviderFault.conflict("it was ended while it was made")
        }
        try await client.start(label)
        guard let container = try await client.container(label) else {
            throw ProviderFault.conflict("it was ended while it was started")
        }
        if let fault = try await gpuFault(of: container, tags) {
            throw ProviderFault.transient("its GPUs are not those that it was to have: \(fault)")
        }
    }

    /// Asked once of each container, before its renter has it: what the renter does to `nvidia-smi` in it is theirs.
    func gpuFault(of container: ContainerAnswer, _ tags: PodTags) async throws -> String? {
        guard !tags.gpus.isEmpty, !isGuarded(tags.label) else { return nil }
        if try await client.hasFile("/" + PodBootstrap.accepted(tags.label), in: tags.label) {
            markGuarded(tags.label)
            return nil
        }
        let fault = try await GPUGuard(client: client).fault(
            of: container, uuids: tags.gpus, devices: tags.devices)
        guard let fault else {
            var mark = TarArchive()
            mark.addFile(PodBootstrap.accepted(tags.label), [], mode: 0o600)
            try await client.put(mark.closed(), into: tags.label)
            markGuarded(tags.label)
            return nil
        }
        logger.critical(
            "gpu_mismatch",
            metadata: ["code": "\(settings.code)", "label": "\(tags.label)", "fault": "\(fault)"])
        return fault
    }

    /// Removes what was made of a pod that cannot be had, gives its units back, and says why.
    /// - Throws: always: `reason`, or an `EngineFault` with `mayHaveActed` when something may be left.
    private func clear(_ label: String, after reason: any Error) async throws -> Never {
        // A task that was cancelled could not even clean up.
        let isGone = await Task.detached {
            do {
                try await self.client.remove(label)
                guard try await self.client.container(label) == nil else { return false }
                try await self.removeNetwork(of: label)
                try self.leases.release(label)
                return true
            } catch { return false }
        }.value
        guard isGone else {
            throw EngineFault.silent("\(settings.endpoint.text): \(reason)", mayHaveActed: true)
        }
        throw reason
    }
}
