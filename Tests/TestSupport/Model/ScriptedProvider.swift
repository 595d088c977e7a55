import Domain
import Providers
import Synchronization

/// A provider that does what a history says, and keeps a journal of what it answered: the model learns from it.
final class ScriptedProvider: Provider {
    enum Answer: CaseIterable, Sendable { case ready, pending, lost, lostAndNotMade }

    /// What it said, in order.
    enum Word: Sendable {
        case state(PodState)
        case gone
    }

    struct State: Sendable {
        var offers: [Offer] = []
        var pods: [String: PodState] = [:]
        var answer = Answer.ready
        var soldOut: Set<String> = []  // Keys of offers that are refused when they are ordered.
        var isDark = false
        var slowTerminations = 0
        var journal: [Word] = []
    }

    let code = "local"
    let provisionDeadline = Seconds(600)
    let estimatedProvisionTime = Seconds(2)
    static let endpoint = Endpoint(host: "127.0.0.1", port: 22, user: "root", hostKeyFingerprint: nil)
    private let state = Mutex(State())

    var now: State { state.withLock { $0 } }
    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    /// What was said since the last time it was asked for.
    func takeJournal() -> [Word] {
        state.withLock { state in
            defer { state.journal = [] }
            return state.journal
        }
    }

    private func lit<Answer>(_ body: (inout State) -> Answer) throws -> Answer {
        try state.withLock { state in
            if state.isDark { throw ProviderFault.transient("dark") }
            return body(&state)
        }
    }

    /// Its catalog is always up: only rentals are tried here.
    func offers() async throws -> [Offer] { now.offers }

    func create(_ order: PodOrder) async -> Creation {
        do {
            return try lit { state in
                guard !state.soldOut.contains(order.offerKey) else { return .refused(.noCapacity("gone")) }
                if state.answer == .lostAndNotMade { return .unknown("connection reset") }
                state.pods[order.label] = state.answer == .pending ? .pending : .running(Self.endpoint)
                guard state.answer != .lost else { return .unknown("connection reset") }
                return .created(upstreamID: "up-\(order.label)")
            }
        } catch { return .unknown("dark") }
    }

    func list(labelPrefix: String) async throws -> [Pod] {
        try lit { state in
            state.pods.filter { $0.key.hasPrefix(labelPrefix) }.sorted { $0.key < $1.key }
                .map { Pod(label: $0.key, upstreamID: "up-\($0.key)", state: $0.value) }
        }
    }

    func get(label: String, upstreamID: String?) async throws -> PodState {
        try lit { state in
            let answer = state.pods[label] ?? .gone
            state.journal.append(.state(answer))
            return answer
        }
    }

    func terminate(label: String, upstreamID: String?) async throws -> Termination {
        try lit { state in
            if state.slowTerminations > 0 {
                state.slowTerminations -= 1
                return .inProgress
            }
            state.pods[label] = nil
            state.journal.append(.gone)
            return .gone
        }
    }

    func log(label: String, upstreamID: String?) async throws -> String? { nil }
    func problem() async -> String? { nil }
}
