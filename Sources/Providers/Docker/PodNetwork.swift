import Outbound

extension DockerMachine {
    /// The network for a pod, made when it is missing. Docker keeps the members of one network apart, so all pods share
    /// it; Podman only keeps networks apart, so each pod has its own, under its label.
    func network(for label: String) async throws -> String {
        guard try await client.greet().isPodman else {
            try await client.ensureSharedNetwork(settings.network)
            return settings.network
        }
        try await client.ensureOwnNetwork(label)
        return label
    }

    /// Again, or where the pod had none: nothing.
    func removeNetwork(of label: String) async throws {
        guard try await client.greet().isPodman else { return }
        let answer = try await client.call(.delete, "/networks/\(label)")
        guard ![200, 204, 404].contains(answer.status) else { return }
        throw EngineFault(answer)
    }
}

extension EngineClient {
    fileprivate func ensureSharedNetwork(_ name: String) async throws {
        struct Network: Encodable {
            let Name: String
            let Driver = "bridge"
            let CheckDuplicate = true
            let Options = ["com.docker.network.bridge.enable_icc": "false"]
        }
        guard try await call(.get, "/networks/\(name)").status != 200 else { return }
        let made = try await call(.post, "/networks/create", body: .json(of: Network(Name: name)))
        // 409: another was faster.
        guard made.status == 201 || made.status == 409 else { throw EngineFault(made) }
    }

    /// Only Podman's own API takes the option.
    fileprivate func ensureOwnNetwork(_ name: String) async throws {
        struct Network: Encodable {
            let name: String
            let driver = "bridge"
            let options = ["isolate": "true"]
        }
        guard try await call(.get, "/networks/\(name)").status != 200 else { return }
        let made = try await call(
            .post, "/libpod/networks/create", body: .json(of: Network(name: name)), version: "4.0.0")
        guard made.status == 200 || made.status == 409 else { throw EngineFault(made) }
    }
}
