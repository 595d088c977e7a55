import Domain

extension DockerMachine {
    /// Sets leases right by a complete list of what is there. A container without leases takes them again, as after a
    /// restore of older books: whether it may live is the sweep's to say. A lease without a container is free when
    /// nothing can come of it any more.
    /// - Returns: the list.
    /// - Throws: what the engine or the storage throws; then nothing is concluded.
    func reconcile() async throws -> [ContainerSummary] {
        // What is released below was held, ended or old, and not being made, before the list was asked for: so no
        // container that is missing from it can have come since.
        let before = Dictionary(grouping: try leases.held(at: settings.code), by: \.label)
        let making = makingLabels
        let containers = try await client.containers(withLabel: PodTags.labelKey)
        let held = Dictionary(grouping: try leases.held(at: settings.code), by: \.label)
        let pods = containers.compactMap { PodTags($0.Labels) }.filter { $0.label.hasPrefix(ownPrefix) }
        for tags in pods {
            let missing = Set(tags.units).subtracting((held[tags.label] ?? []).map(\.unit))
            // While it is made, or just about to go, its leases may come and go.
            guard !missing.isEmpty, !isMaking(tags.label) else { continue }
            let conflicts = try leases.adopt(missing.sorted(), for: tags.label, at: settings.code)
            logger.warning(
                "docker_pod_adopted",
                metadata: [
                    "label": "\(tags.label)", "units": "\(missing.sorted().joined(separator: " "))",
                    "conflicts": "\(conflicts.joined(separator: " "))",
                ])
        }
        let present = Set(pods.map(\.label))
        for (label, leases) in before where !present.contains(label) && !making.contains(label) {
            guard leases.allSatisfy({ $0.isEnded || $0.age > Self.longestMaking }) else { continue }
            try self.leases.release(label)
            logger.notice("docker_lease_released", metadata: ["label": "\(label)"])
        }
        return containers
    }

    /// A create that was sent before a crash is not carried out later than this.
    static let longestMaking = Seconds(600)
}
