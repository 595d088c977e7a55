import Domain
import Providers
import Synchronization

/// A provider some of whose calls never answer, not even when they are cancelled, until the test lets them go on.
final class SilentProvider: Provider {
    enum Call: Hashable, Sendable {
        case offers, create, list
        case get(String), terminate(String), log(String)  // Of this label.
    }

    private struct State {
        var silent: Set<Call>
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let provider: FakeProvider
    private let state: Mutex<State>

    init(_ provider: FakeProvider, silent: Set<Call>) {
        self.provider = provider
        state = Mutex(State(silent: silent))
    }

    /// How many calls hang now.
    var hanging: Int { state.withLock { $0.waiting.count } }

    /// All that hang go on, and no further one hangs.
    func letGo() {
        let waiting = state.withLock { state in
            defer { state = State(silent: []) }
            return state.waiting
        }
        for call in waiting { call.resume() }
    }

    private func hang(at call: Call) async {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                guard state.silent.contains(call) else { return true }
                state.waiting.append(continuation)
                return false
            }
            if goesOn { continuation.resume() }
        }
    }

    var code: String { provider.code }
    var provisionDeadline: Seconds { provider.provisionDeadline }
    var estimatedProvisionTime: Seconds { provider.estimatedProvisionTime }
    var gpuCheck: GPUCheck { provider.gpuCheck }

    func offers() async throws -> [Offer] {
        await hang(at: .offers)
        return try await provider.offers()
    }

    func create(_ order: PodOrder) async -> Creation {
        await hang(at: .create)
        return await provider.create(order)
    }

    func list(labelPrefix: String) async throws -> [Pod] {
        await hang(at: .list)
        return try await provider.list(labelPrefix: labelPrefix)
    }

    func get(label: String, upstreamID: String?) async throws -> PodState {
        await hang(at: .get(label))
        return try await provider.get(label: label, upstreamID: upstreamID)
    }

    func terminate(label: String, upstreamID: String?) async throws -> Termination {
        await hang(at: .terminate(label))
        return try await provider.terminate(label: label, upstreamID: upstreamID)
    }

    func log(label: String, upstreamID: String?) async throws -> String? {
        await hang(at: .log(label))
        return try await provider.log(label: label, upstreamID: upstreamID)
    }

    func problem() async -> String? { await provider.problem() }
}
