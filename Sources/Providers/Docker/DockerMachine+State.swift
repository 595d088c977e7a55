import Domain

extension DockerMachine {
    /// What the pod is now. One that a crash left between making and starting is started, or removed when it is not
    /// complete.
    func state(of label: String) async throws -> PodState {
        guard let container = try await client.container(label) else {
            if isMaking(label) { return .pending }
            return failure(of: label).map { .failed(reason: $0) } ?? .gone
        }
        guard let tags = PodTags(container.Config?.Labels), tags.label == label else {
            return .unknown("a container of that name is not this outlet's")
        }
        let state = container.State
        switch state?.Status {
        case "created":
            return isMaking(label) ? .pending : try await revive(label, tags)
        case "running":
            if isMaking(label) { return .pending }
            if let fault = try await gpuFault(of: container, tags) {
                return .failed(reason: "its GPUs are not those that it was to have: \(fault)")
            }
            return .running(endpoint(tags))
        case "restarting": return .pending
        case "exited", "dead", "stopped": return .failed(reason: try await lastWords(label, state))
        case "removing": return .pending
        case let word: return .unknown(word ?? "no state")
        }
    }

    /// As far as a list tells.
    func listedState(_ word: String?, _ tags: PodTags) -> PodState {
        switch word {
        case "running": isMaking(tags.label) ? .pending : .running(endpoint(tags))
        case "created", "restarting", "removing", "configured": .pending
        case "exited", "dead", "stopped": .failed(reason: "its container has ended")
        case let word: .unknown(word ?? "no state")
        }
    }

    /// Ends the pod, in an order that leaves no moment in which its units are free and it can still be started: from the
    /// first step on nobody starts it, and what was started before is removed by the second.
    func terminate(_ label: String) async throws -> Termination {
        try leases.end(label)
        cancelMaking(label)
        do { try await client.remove(label) } catch let fault as EngineFault where fault.isBeingRemoved {
            return .inProgress
        }
        guard try await client.container(label) == nil, !isMaking(label) else { return .inProgress }
        try await removeNetwork(of: label)
        try leases.release(label)
        forget(label)
        return .gone
    }

    private func endpoint(_ tags: PodTags) -> Endpoint {
        Endpoint(
            host: settings.host, port: tags.port, user: "root", hostKeyFingerprint: tags.hostKeyFingerprint)
    }

    private func revive(_ label: String, _ tags: PodTags) async throws -> PodState {
        guard beginMaking(label) else { return .pending }
        defer { endMaking(label) }
        guard try leases.mayStart(label), try await client.hasFile("/" + PodBootstrap.ready(label), in: label)
        else { return .failed(reason: "it was not finished when the outlet stopped") }
        do { try await start(label, tags) } catch let fault as ProviderFault {
            return .failed(reason: "\(fault)")
        } catch let fault as EngineFault where !fault.mayHaveActed {
            return .failed(reason: "\(fault)")
        }
        logger.notice("docker_pod_revived", metadata: ["label": "\(label)"])
        return .running(endpoint(tags))
    }

    private func lastWords(_ label: String, _ state: ContainerAnswer.Status?) async throws -> String {
        if state?.OOMKilled == true { return "it used more memory than its offer has" }
        let line = try? await client.log(of: label, lines: 1).split(whereSeparator: \.isNewline).last
        let code = state?.ExitCode.map { "its first process ended with status \($0)" } ?? "it ended"
        let error = state?.Error.flatMap { $0.isEmpty ? nil : $0 } ?? line.map(String.init)
        return [code, error.map { String($0.prefix(200)) }].compactMap(\.self).joined(separator: ": ")
    }
}
