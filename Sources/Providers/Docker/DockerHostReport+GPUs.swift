import Configuration
import Domain

extension DockerHostReport {
    mutating func lookAtGPUs(_ machine: DockerMachine, _ info: InfoAnswer, _ hello: EngineHello) async throws
    {
        let settings = machine.settings
        let inventory: GPUInventory
        do {
            guard let read = try await machine.source.read() else {
                return remark(
                    .warn, "gpus", "nvidia-smi is not asked here: who else uses the GPUs is not seen")
            }
            inventory = read
        } catch {
            return remark(settings.gpus.isEmpty ? .warn : .fail, "gpus", "\(error)")
        }
        let leased = try machine.leases.taken()
        let devices = await machine.source.cdiDevices(info)
        gpus = inventory.gpus.map { GPU($0, inventory, devices: devices, leased: leased) }
        remark(.ok, "gpus", "\(gpus.count) found by nvidia-smi")
        for gpu in inventory.gpus where gpu.isPartitioned {
            remark(.warn, "gpu", "\(gpu.uuid) is partitioned (MIG): it is not sold")
        }
        for gpu in settings.gpus where !inventory.uuids.contains(gpu.uuid) {
            remark(.fail, "gpu", "\(gpu.uuid) of the configuration is not there")
        }
        for gpu in gpus {
            let isListed = settings.gpus.contains { $0.uuid == gpu.uuid }
            if isListed, !gpu.isLeased, !gpu.programs.isEmpty {
                remark(
                    .warn, "gpu",
                    "\(gpu.uuid) is busy outside, and not sold: \(gpu.programs.joined(separator: "; "))")
            }
            if let listed = settings.gpus.first(where: { $0.uuid == gpu.uuid }), let family = gpu.family,
                listed.family != family
            {
                remark(
                    .fail, "gpu", "\(gpu.uuid) is sold as \(listed.family), and is \(family) (\(gpu.name))")
            }
        }
        guard !settings.gpus.isEmpty else { return }
        do {
            let request = try await DeviceChoice(settings: settings, client: machine.client).request(
                for: settings.gpus)
            let runtimes = info.Runtimes.map { Set($0.keys) } ?? []
            remark(.ok, "request", request.Driver == "cdi" ? "by CDI" : "by NVIDIA's driver and UUIDs")
            if request.Driver == "nvidia", info.Runtimes != nil, !runtimes.contains("nvidia") {
                remark(
                    .warn, "request",
                    "no nvidia runtime is registered, and no CDI device known: install nvidia-container-toolkit"
                )
            }
        } catch { remark(.fail, "request", "\(error)") }
    }
}

extension DockerHostReport.GPU {
    init(_ gpu: GPUInventory.GPU, _ inventory: GPUInventory, devices: Set<String>, leased: Set<String>) {
        index = gpu.index
        uuid = gpu.uuid
        name = gpu.name
        memoryMiB = gpu.memoryMiB
        do {
            family = try GPUModel.of(gpu.name, memory: gpu.memoryMiB).family
            doubt = nil
        } catch {
            family = nil
            doubt = error.words
        }
        let byIndex = gpu.index.map { "nvidia.com/gpu=\($0)" }
        let needsName = !devices.contains("nvidia.com/gpu=" + gpu.uuid)
        cdiName = needsName ? byIndex.flatMap { devices.contains($0) ? $0 : nil } : nil
        programs = inventory.busy[gpu.uuid] ?? []
        isLeased = leased.contains(gpu.uuid)
    }
}

extension GPUSource {
    /// What containers can ask for by CDI: as the engine says, else as `nvidia-ctk` on the machine does.
    func cdiDevices(_ info: InfoAnswer) async -> Set<String> {
        if let known = info.cdiDevices { return known }
        guard settings.inventory == .host, let text = try? await onHost("nvidia-ctk", ["cdi", "list"]) else {
            return []
        }
        return Set(
            text.split(whereSeparator: \.isWhitespace).map(String.init).filter {
                $0.hasPrefix("nvidia.com/gpu=")
            })
    }
}
