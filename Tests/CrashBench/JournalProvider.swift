import Domain
import Providers
import Synchronization
import TestSupport

/// A provider as one process sees it: its pods are kept elsewhere and outlive every process of the outlet. It may
/// refuse, lose its answer, or take its time; what it really did is in its journal.
package final class JournalProvider: Provider {
    package let code = "local"
    package let provisionDeadline = Seconds(600)
    package let estimatedProvisionTime = Seconds(2)
    private let journal: Journal
    private let dice: Mutex<Dice>?  // Nil: it always does what it is asked.
    private let endpoint: Endpoint

    /// - Parameters:
    ///   - moods: the seed of its bad days; nil for none.
    ///   - port: where its pods answer with an SSH banner.
    package init(journal: Journal, moods: UInt64?, port: Int) {
        self.journal = journal
        dice = moods.map { Mutex(Dice(seed: $0)) }
        endpoint = Endpoint(host: "127.0.0.1", port: port, user: "root", hostKeyFingerprint: nil)
    }

    /// Whether something of `percent` happens.
    private func chance(_ percent: Int64) -> Bool { dice?.withLock { $0.chance(percent) } ?? false }

    private func answer() throws { if chance(5) { throw ProviderFault.transient("no answer") } }

    package func offers() async throws -> [Offer] {
        Faults.pass("provider.offers") {
            ([65, 280, 333] as [Int64]).map {
                Offer(
                    key: "at-\($0)", family: "h100-80gb", model: "H100_SXM_80GB", vramGB: 80, gpuCount: 1,
                    price: HourlyRate(centsPerHour: $0 * 10)!, region: "US-East", regionCode: "US",
                    interconnect: nil, free: 9, note: nil)
            }
        }
    }

    package func create(_ order: PodOrder) async -> Creation {
        Faults.pass("provider.create") {
            if chance(15) { return .refused(.noCapacity("sold out")) }
            if chance(10) { return .unknown("lost before it arrived") }
            journal.append("made \(order.label)")
            return chance(10) ? .unknown("connection reset") : .created(upstreamID: "up-\(order.label)")
        }
    }

    package func list(labelPrefix: String) async throws -> [Pod] {
        try Faults.pass("provider.list") {
            try answer()
            return journal.pods.filter { $0.hasPrefix(labelPrefix) }.sorted().map {
                Pod(label: $0, upstreamID: "up-\($0)", state: .running(endpoint))
            }
        }
    }

    package func get(label: String, upstreamID: String?) async throws -> PodState {
        try Faults.pass("provider.get") {
            try answer()
            return journal.pods.contains(label) ? .running(endpoint) : .gone
        }
    }

    package func terminate(label: String, upstreamID: String?) async throws -> Termination {
        try Faults.pass("provider.terminate") {
            try answer()
            if chance(15) { return .inProgress }
            journal.end(label)
            try answer()
            return .gone
        }
    }

    package func log(label: String, upstreamID: String?) async throws -> String? {
        Faults.pass("provider.log") { "booted" }
    }

    package func problem() async -> String? { nil }
}

extension Journal {
    /// The labels of the pods that are up.
    package var pods: Set<String> { pods(in: lines) }

    private func pods(in lines: [String]) -> Set<String> {
        lines.reduce(into: []) { pods, line in
            let parts = line.split(separator: " ").map(String.init)
            if parts[0] == "made" { pods.insert(parts[1]) } else { pods.remove(parts[1]) }
        }
    }

    /// Ends a pod that is up; one that is not leaves no line.
    package func end(_ label: String) {
        withLines { lines, append in if pods(in: lines).contains(label) { append("ended \(label)") } }
    }
}
