import Configuration

/// How this engine is asked for GPUs: by the name of a CDI device, else by UUID through NVIDIA's own driver. Never by
/// number: engines give the first ones to everybody.
struct DeviceChoice: Sendable {
    let settings: DockerProviderSettings
    let client: EngineClient

    /// Just these GPUs.
    func request(for gpus: [DockerProviderSettings.GPU]) async throws -> ContainerSpec.DeviceRequest {
        let hello = try await client.greet()
        guard hello.heedsGPURequests else { throw EngineFault.unusable(Self.deafPodman(hello)) }
        let info = try await client.info()
        let names = gpus.map { cdiName(of: $0, info, hello) }
        let known = names.compactMap(\.self)
        switch settings.gpuRequest {
        case .cdi,
            .auto where known.count == gpus.count:
            guard known.count == gpus.count else {
                throw EngineFault.unusable(
                    "the engine knows no CDI device for \(gpus[names.firstIndex(of: nil)!].uuid); "
                        + "run nvidia-ctk cdi generate there, or name it by cdi: under gpus:")
            }
            return ContainerSpec.DeviceRequest(Driver: "cdi", DeviceIDs: known)
        case .nvidia, .auto:
            guard !hello.isPodman else {
                throw EngineFault.unusable(
                    "Podman gives GPUs by CDI only; name the devices by cdi: under gpus:")
            }
            return .nvidia(gpus.map(\.uuid))
        }
    }

    /// All of the machine, to look at.
    func everyGPU() async throws -> ContainerSpec.DeviceRequest {
        let hello = try await client.greet()
        guard hello.heedsGPURequests else { throw EngineFault.unusable(Self.deafPodman(hello)) }
        let all = "nvidia.com/gpu=all"
        let devices = try await client.info().cdiDevices
        let isCDI = hello.isPodman || devices?.contains(all) == true || settings.gpuRequest == .cdi
        return isCDI ? ContainerSpec.DeviceRequest(Driver: "cdi", DeviceIDs: [all]) : .nvidia(["all"])
    }

    /// Nil when this engine has no such device, or no CDI.
    private func cdiName(
        of gpu: DockerProviderSettings.GPU, _ info: InfoAnswer, _ hello: EngineHello
    ) -> String? {
        guard hello.isPodman || info.CDISpecDirs?.isEmpty == false else { return nil }
        let byUUID = "nvidia.com/gpu=" + gpu.uuid
        guard let devices = info.cdiDevices else { return gpu.cdiName }
        return [byUUID, gpu.cdiName].compactMap(\.self).first(where: devices.contains)
    }

    static func deafPodman(_ hello: EngineHello) -> String {
        "\(hello.name) ignores requests for GPUs; Podman 5.4 or Docker is needed"
    }
}

extension ContainerSpec.DeviceRequest {
    static func nvidia(_ ids: [String]) -> Self {
        Self(Driver: "nvidia", DeviceIDs: ids, Capabilities: [["gpu", "compute", "utility"]])
    }
}
