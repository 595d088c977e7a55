import Configuration
import Domain
import Foundation

/// One pod in an account, as far as the outlet cares.
struct CloudPod: Hashable, Sendable {
    let id: String
    let name: String?  // Where labels are kept; foreign pods may have any, or none.
    let state: PodState
    let offerKey: String?
    let rate: HourlyCost?

    /// Each one once: pages of a list that changes meanwhile may overlap.
    static func unique(_ pods: [CloudPod]) -> [CloudPod] {
        var seen: Set<String> = []
        return pods.filter { seen.insert($0.id).inserted }
    }

    /// By its id, once that is known; before, by its label.
    func isNamed(_ label: String, _ upstreamID: String?) -> Bool {
        upstreamID.map { $0 == id } ?? (name == label)
    }
}

/// What is the same at every provider that is reached by HTTP: pods are found in one complete list, shared by all who
/// ask at about the same time; gone is only what its own address denies; and an end is confirmed before it is believed.
protocol CloudProvider: Provider {
    var cloud: CloudSettings { get }
    /// Every pod in the account. Throws when the list may be incomplete: a page that cannot be read, for one.
    var pods: Shared<[CloudPod]> { get }
    /// The pod at this id; nil when the provider says that there is none.
    func pod(at id: String) async throws -> CloudPod?
    /// So many pods can be listed in the time that anybody waits for one of them; in a larger account one is asked for alone.
    var longestList: Int { get }
    /// The pods with just this label, without the others' being listed where the provider can do that.
    func pods(named label: String) async throws -> [CloudPod]
    /// Asks for the pod's end. Returns also when there is none.
    func remove(_ id: String) async throws
}

extension CloudProvider {
    package var code: String { cloud.code }
    package var provisionDeadline: Seconds { cloud.deadline }
    var longestList: Int { .max }
    func pods(named label: String) async throws -> [CloudPod] {
        try await pods.answer().filter { $0.name == label }
    }

    /// - Parameter labelPrefix: of a whole label, only that one's pods are asked for.
    package func list(labelPrefix: String) async throws -> [Pod] {
        let isOne = isListLong && PodLabel(labelPrefix) != nil
        return try await (isOne ? pods(named: labelPrefix) : pods.answer()).compactMap { pod in
            guard let label = pod.name, label.hasPrefix(labelPrefix), PodLabel(label) != nil else {
                return nil
            }
            return Pod(label: label, upstreamID: pod.id, state: pod.state, offerKey: pod.offerKey)
        }
    }

    package func get(label: String, upstreamID: String?) async throws -> PodState {
        if isListLong {
            do {
                guard let upstreamID else {
                    return try await pods(named: label).first?.state ?? .unknown("the provider lists none")
                }
                return try await pod(at: upstreamID)?.state ?? .gone
            } catch ProviderFault.rateLimited {}  // Too many ask after one each: the list is for them all.
        }
        let pods = try await pods.answer()
        if let pod = pods.first(where: { $0.isNamed(label, upstreamID) }) { return pod.state }
        // Lists lag behind creates, and have lost pods before: only its own address says that it is gone.
        guard let upstreamID else { return .unknown("not in the provider's list") }
        return try await pod(at: upstreamID)?.state ?? .gone
    }

    package func terminate(label: String, upstreamID: String?) async throws -> Termination {
        guard let upstreamID else {
            let found = try await pods(named: label).filter { $0.state != .gone }
            for pod in found { try await remove(pod.id) }
            return found.isEmpty ? .gone : .inProgress
        }
        try await remove(upstreamID)
        let pod = try await pod(at: upstreamID)
        return pod == nil || pod?.state == .gone ? .gone : .inProgress
    }

    package func rate(label: String, upstreamID: String?) async throws -> HourlyCost? {
        if isListLong, let upstreamID { return try await pod(at: upstreamID)?.rate }
        return try await pods.answer().first { $0.isNamed(label, upstreamID) }?.rate
    }

    /// As far as the last list told.
    var isListLong: Bool { (pods.last?.count ?? 0) > longestList }

    package func problem() async -> String? {
        do {
            _ = try await pods.answer()
            return nil
        } catch ProviderFault.auth(let words) {
            return "It refuses the key (\(words)); look at apiKeyFile or apiKeyEnv."
        } catch {
            return "Its API does not answer as it should: \(error)"
        }
    }

    /// Of these families alone, where the operator names some.
    func isWanted(_ family: String) -> Bool { cloud.families.isEmpty || cloud.families.contains(family) }
}

/// All pages of a list.
/// - Parameters:
///   - read: one page: its items, and the token of the next.
/// - Throws: also when a page repeats a token, or when there is no end of them.
func allPages<Item>(
    _ what: String, read: (_ token: String?) async throws -> (items: [Item], next: String?)
) async throws -> [Item] {
    var (items, seen): ([Item], Set<String>) = ([], [])
    var token: String?
    for _ in 0..<400 {
        let page = try await read(token)
        items += page.items
        guard let next = page.next, !next.isEmpty else { return items }
        guard seen.insert(next).inserted else { break }
        token = next
    }
    throw ProviderFault.transient("the list of \(what) has no end")
}
