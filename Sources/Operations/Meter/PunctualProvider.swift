import Domain
import Providers
import Synchronization

/// How long the meter waits for each kind of call.
package struct CallLimits: Sendable {
    package var offers: Duration
    package var create: Duration  // Upstream APIs may take a minute; what became of it is found by the label.
    package var list: Duration
    package var get: Duration  // Well below the heartbeat's grace.
    package var terminate: Duration
    package var log: Duration  // A termination waits for it.

    package init(
        offers: Duration = .seconds(20), create: Duration = .seconds(120), list: Duration = .seconds(20),
        get: Duration = .seconds(8), terminate: Duration = .seconds(20), log: Duration = .seconds(2)
    ) {
        self.offers = offers
        self.create = create
        self.list = list
        self.get = get
        self.terminate = terminate
        self.log = log
    }
}

/// A provider whose every call ends in time, whether it answers or not. What hangs is abandoned: a late answer is dropped,
/// as if it had been lost on its way. While too many abandoned calls are still open, no further one is made.
struct PunctualProvider: Provider {
    private let provider: any Provider
    private let limits: CallLimits
    private let abandoned = OpenCalls()

    /// More than this many abandoned calls at once, and the provider counts as silent without being asked.
    static let mostAbandoned = 32

    init(_ provider: any Provider, limits: CallLimits) {
        self.provider = provider
        self.limits = limits
    }

    var code: String { provider.code }
    var provisionDeadline: Seconds { provider.provisionDeadline }
    var estimatedProvisionTime: Seconds { provider.estimatedProvisionTime }
    var gpuCheck: GPUCheck { provider.gpuCheck }

    func offers() async throws -> [Offer] {
        try await answer(within: limits.offers) { try await $0.offers() }
    }

    func create(_ order: PodOrder) async -> Creation {
        do { return try await answer(within: limits.create) { await $0.create(order) } } catch {
            return .unknown("\(error)")
        }
    }

    func list(labelPrefix: String) async throws -> [Pod] {
        try await answer(within: limits.list) { try await $0.list(labelPrefix: labelPrefix) }
    }

    func get(label: String, upstreamID: String?) async throws -> PodState {
        try await answer(within: limits.get) { try await $0.get(label: label, upstreamID: upstreamID) }
    }

    func terminate(label: String, upstreamID: String?) async throws -> Termination {
        try await answer(within: limits.terminate) {
            try await $0.terminate(label: label, upstreamID: upstreamID)
        }
    }

    func log(label: String, upstreamID: String?) async throws -> String? {
        try await answer(within: limits.log) { try await $0.log(label: label, upstreamID: upstreamID) }
    }

    func gpus(label: String, upstreamID: String?) async throws -> [SeenGPU]? {
        try await answer(within: limits.list) { try await $0.gpus(label: label, upstreamID: upstreamID) }
    }

    func balance() async throws -> ProviderBalance? {
        try await answer(within: limits.offers) { try await $0.balance() }
    }

    func charges(since: Instant) async throws -> [ProviderCharge]? {
        try await answer(within: limits.list) { try await $0.charges(since: since) }
    }

    func rate(label: String, upstreamID: String?) async throws -> HourlyCost? {
        try await answer(within: limits.get) { try await $0.rate(label: label, upstreamID: upstreamID) }
    }

    func renewExpiry(label: String, upstreamID: String?, until: Instant) async throws {
        try await answer(within: limits.list) {
            try await $0.renewExpiry(label: label, upstreamID: upstreamID, until: until)
        }
    }

    func problem() async -> String? {
        do { return try await answer(within: limits.get) { await $0.problem() } } catch { return "\(error)" }
    }

    /// - Throws: `ProviderFault.transient` after `limit`; `CancellationError` at once when the caller is cancelled.
    private func answer<Answer: Sendable>(
        within limit: Duration, _ call: @escaping @Sendable (any Provider) async throws -> Answer
    ) async throws -> Answer {
        guard abandoned.count < Self.mostAbandoned else {
            throw ProviderFault.transient("it has left \(Self.mostAbandoned) calls without an answer")
        }
        let first = FirstAnswer<Answer>()
        let work = Task { [provider, abandoned] in
            let result: Result<Answer, any Error>
            do { result = .success(try await call(provider)) } catch { result = .failure(error) }
            if !first.give(result) { abandoned.close() }
        }
        let alarm = Task { [abandoned] in
            try await Task.sleep(for: limit)
            let fault = ProviderFault.transient("no answer within \(limit)")
            if first.give(.failure(fault), before: abandoned.open) { work.cancel() }
        }
        defer { alarm.cancel() }
        return try await withTaskCancellationHandler {
            try await first.value
        } onCancel: { [abandoned] in
            if first.give(.failure(CancellationError()), before: abandoned.open) { work.cancel() }
        }
    }
}

/// How many calls nobody waits for any more.
private final class OpenCalls: Sendable {
    private let calls = Atomic<Int>(0)
    var count: Int { calls.load(ordering: .relaxed) }
    func open() { calls.add(1, ordering: .relaxed) }
    func close() { calls.subtract(1, ordering: .relaxed) }
}

/// One answer, given by whoever is first.
private final class FirstAnswer<Answer: Sendable>: Sendable {
    private struct State {
        var result: Result<Answer, any Error>?
        var waiting: CheckedContinuation<Answer, any Error>?
    }
    private let state = Mutex(State())

    /// False when there was one already. `first` happens before anybody learns of the answer.
    @discardableResult
    func give(_ result: Result<Answer, any Error>, before first: () -> Void = {}) -> Bool {
        let (isFirst, waiting) = state.withLock { state in
            guard state.result == nil else { return (false, CheckedContinuation<Answer, any Error>?.none) }
            first()
            state.result = result
            defer { state.waiting = nil }
            return (true, state.waiting)
        }
        waiting?.resume(with: result)
        return isFirst
    }

    var value: Answer {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state in
                    if state.result == nil { state.waiting = continuation }
                    return state.result
                }
                if let result { continuation.resume(with: result) }
            }
        }
    }
}
