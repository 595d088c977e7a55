import Configuration
import Foundation
import Programs
import Synchronization

/// Runs `nvidia-smi` where a machine's GPUs are.
struct GPUSource: Sendable {
    let settings: DockerProviderSettings
    let client: EngineClient
    var program = "nvidia-smi"

    /// What it says now; nil when the settings say that it is not asked.
    func read() async throws -> GPUInventory? {
        switch settings.inventory {
        case .none: return nil
        case .host:
            async let gpus = onHost(program, GPUInventory.gpuQuery)
            async let processes = onHost(program, GPUInventory.processQuery)
            return try await GPUInventory(gpus: gpus, processes: processes)
        case .engine:
            let texts = try await inContainer([GPUInventory.gpuQuery, GPUInventory.processQuery])
            return GPUInventory(gpus: texts[0], processes: texts[1])
        }
    }

    /// Runs a program beside the engine: here, or over ssh.
    func onHost(_ program: String, _ arguments: [String]) async throws -> String {
        let command: [String]
        if case .ssh(let destination, let port, _, let identity, let known) = settings.endpoint {
            command =
                ["ssh", "-T"]
                + SSHTunnel.options(port: port, identityFile: identity, knownHostsFile: known)
                + ["--", destination, ([program] + arguments).joined(separator: " ")]
        } else {
            command = [program] + arguments
        }
        let outcome = try await blocking { try Command.run(command, seconds: 15) }
        guard outcome.succeeded else {
            let words =
                (outcome.error + outcome.output).split(whereSeparator: \.isNewline).last ?? "no answer"
            throw EngineFault.unusable("\(program) at \(settings.endpoint.text): \(words)")
        }
        return outcome.output
    }

    /// A container with all GPUs that sees the processes of the whole machine, for a moment.
    private func inContainer(_ queries: [[String]]) async throws -> [String] {
        guard let image = settings.inventoryImage.flatMap(ImageName.init) else {
            throw EngineFault.unusable("inventoryImage is not the name of an image")
        }
        let mark = "===="
        let script = queries.map { "nvidia-smi " + $0.joined(separator: " ") }
            .joined(separator: " && echo \(mark) && ")
        var spec = ContainerSpec(
            image: image, environment: [], labels: ["outlet.inventory": settings.code],
            command: ["/bin/sh", "-c", script], cpus: 1, memoryGB: 1, diskGB: nil, network: "none",
            podman: try await client.greet().isPodman)
        let request = try await DeviceChoice(settings: settings, client: client).everyGPU()
        spec.HostConfig.DeviceRequests = [request]
        spec.HostConfig.PidMode = "host"
        let name = "outlet-inventory-\(settings.code)-\(UInt32.random(in: 0 ... .max))"
        try await client.create(spec, name: name)
        let result: Result<String, any Error>
        do {
            try await client.start(name)
            try await client.wait(for: name, within: .seconds(15))
            result = .success(try await client.log(of: name, lines: 500))
        } catch { result = .failure(error) }
        try await client.remove(name)
        let parts = try result.get().components(separatedBy: mark + "\n")
        guard parts.count == queries.count else {
            throw EngineFault.unusable("nvidia-smi in \(image): \(parts[0].suffix(200))")
        }
        return parts
    }
}

/// Runs what waits for the disk or for a program on a thread that may wait.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
    }
}
