/// Looks whether a running container has the GPUs that it was to have, and no others. Engines have been seen to start
/// containers without them, with all, and with the wrong ones, and to report success.
struct GPUGuard: Sendable {
    let client: EngineClient

    /// Nil when all is well; else what is wrong.
    func fault(of container: ContainerAnswer, uuids: Set<String>, devices: [String]) async throws -> String? {
        let hello = try await client.greet()
        if hello.isPodman {
            // It echoes no request; what it injected stands among the devices.
            guard !(container.HostConfig?.Devices ?? []).isEmpty else {
                return "the engine gave it no device"
            }
        } else {
            let asked = (container.HostConfig?.DeviceRequests ?? []).flatMap { $0.DeviceIDs ?? [] }
            guard asked == devices else { return "the engine took down \(asked) for \(devices)" }
        }
        let seen = try await client.exec(["nvidia-smi", "-L"], in: container.Id)
        guard seen.status == 0 else {
            let words = seen.output.split(whereSeparator: \.isNewline).last ?? "no words"
            return "nvidia-smi does not run in it: \(words.prefix(200))"
        }
        let inside = GPUInventory.listed(seen.output)
        guard inside == uuids else {
            return "it sees \(inside.sorted().joined(separator: ", ")) "
                + "instead of \(uuids.sorted().joined(separator: ", "))"
        }
        return nil
    }
}
