import Domain

extension DockerMachine {
    /// Sets leases right by a complete list of what is there. A container without leases takes them again, as after a
    /// restore of older books: whether it may live is the sweep's to say. A lease without a container is free when
    /// nothing can come of it any more.
    /// - Throws: what the engine or the storage throws; then nothing is concluded.
    func reconcile(_ containers: [ContainerSummary]) throws {
        let pods = containers.compactMap { PodTags($0.Labels) }.filter { $0.label.hasPrefix(ownPrefix) }
        let held = Dictionary(grouping: try leases.held(at: settings.code), by: \.label)
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
        for (label, leases) in held where !present.contains(label) && !isMaking(label) {
            guard leases.allSatisfy({ $0.isEnded || $0.age > Self.longestMaking }) else { continue }
            try self.leases.release(label)
            logger.notice("docker_lease_released", metadata: ["label": "\(label)"])
        }
    }

    /// A create that was sent before a crash is not carried out later than this.
    static let longestMaking = Seconds(600)
}
