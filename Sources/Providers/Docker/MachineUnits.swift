import Configuration

/// The units of one machine by their names in the table of leases. A GPU's name is its UUID, the same whichever
/// provider entry sells it.
struct MachineUnits: Sendable {
    let settings: DockerProviderSettings

    func wish(for offer: DockerProviderSettings.Offer, without busy: Set<String>) -> UnitWish {
        offer.usesGPUs
            ? UnitWish(
                count: offer.sold.gpuCount,
                candidates: gpus(of: offer.sold.family).filter { !busy.contains($0) })
            : UnitWish(count: 1, candidates: slots(of: offer))
    }

    func ports(without bad: Set<Int>) -> UnitWish {
        UnitWish(
            count: 1,
            candidates: (settings.firstPort...settings.lastPort).filter { !bad.contains($0) }.map {
                "port/\(settings.code)/\($0)"
            })
    }

    func port(in units: [String]) -> Int {
        units.first { $0.hasPrefix("port/") }.flatMap { Int($0.split(separator: "/").last!) } ?? 0
    }

    func gpus(of family: String) -> [String] {
        settings.gpus.filter { $0.family == family }.map(\.uuid)
    }

    func slots(of offer: DockerProviderSettings.Offer) -> [String] {
        (0..<offer.sold.slots).map { "slot/\(settings.code)/\(offer.sold.key)/\($0)" }
    }

    /// How many more pods of this offer could be made.
    func free(_ offer: DockerProviderSettings.Offer, taken: Set<String>, busy: Set<String>) -> Int {
        let wish = wish(for: offer, without: busy)
        return wish.candidates.count { !taken.contains($0) } / wish.count
    }
}
