import Domain
import Providers
import Synchronization

/// A provider in the test's hand: what it sells, how it answers, and what became of its pods.
final class FakeProvider: Provider {
    enum Answer: Sendable { case created, noCapacity, madeAndRefused, lost, lostAndNotMade }

    struct State: Sendable {
        var offers: [Offer] = []
        var answer: [String: Answer] = [:]  // By offer; otherwise `created`.
        var pods: [String: PodState] = [:]
        var creates: [String] = []
        var terminates: [String] = []
        var gets: [String] = []
        var isDark = false
        var slowTerminations = 0  // How many answer `inProgress`.
        var whileCreating: (@Sendable () -> Void)?
        var startsPending = false
        var notMade: [String] = []  // Creates that left nothing, so far.
        var interruption: Interruption?
        var hidden: Set<String> = []  // Labels that lists leave out.
        var others: [Pod] = []  // Listed as they are: strangers', and twins of ours.
        var listsAreCut = false  // Lists break off, and say so.
        var orders: [PodOrder] = []
        var fault: [String: ProviderFault] = [:]  // By offer: what creates are refused with.
        var gpus: [SeenGPU]? = []  // What it sees in every pod; nil: none was to have any.
        var gpuCheck = GPUCheck.none
        var hostKeyFingerprint: String?
        var balance: ProviderBalance?
        var charges: [ProviderCharge]?
        var rate: HourlyCost?
        var expiries: [String: Instant] = [:]  // By label.
    }

    /// What happens elsewhere while this provider is asked: at the call after `calls` others.
    struct Interruption: Sendable {
        var calls: Int64
        let act: @Sendable () -> Void
    }

    let code: String
    let provisionDeadline = Seconds(600)
    let estimatedProvisionTime = Seconds(2)
    private let state: Mutex<State>
    private let endpoint: Endpoint

    init(offers: [Offer], port: Int, code: String = "local") {
        self.code = code
        state = Mutex(State(offers: offers))
        endpoint = Endpoint(host: "127.0.0.1", port: port, user: "root", hostKeyFingerprint: nil)
    }

    func set<Answer: Sendable>(_ change: @Sendable (inout State) -> Answer) -> Answer {
        state.withLock { change(&$0) }
    }
    var now: State { state.withLock { $0 } }
    var gpuCheck: GPUCheck { now.gpuCheck }

    /// Every call begins here.
    private func lit() throws {
        let act = set { state -> (@Sendable () -> Void)? in
            guard let interruption = state.interruption else { return nil }
            state.interruption?.calls -= 1
            guard interruption.calls == 0 else { return nil }
            state.interruption = nil
            return interruption.act
        }
        act?()
        if now.isDark { throw ProviderFault.transient("dark") }
    }

    /// A pod that was pending, or comes late, answers from now on.
    func makeReady(_ label: String) { set { [endpoint] in $0.pods[label] = .running(endpoint) } }

    func offers() async throws -> [Offer] {
        try lit()
        return now.offers
    }

    func create(_ order: PodOrder) async -> Creation {
        do { try lit() } catch { return .unknown("dark") }
        now.whileCreating?()
        let endpoint = endpoint
        return set { state in
            state.creates.append(order.label)
            state.orders.append(order)
            if let fault = state.fault[order.offerKey] { return .refused(fault) }
            let answer = state.answer[order.offerKey] ?? .created
            if answer == .noCapacity { return .refused(.noCapacity("sold out")) }
            if answer == .lostAndNotMade {
                state.notMade.append(order.label)
            } else {
                state.pods[order.label] = state.startsPending ? .pending : .running(endpoint)
            }
            switch answer {
            case .created: return .created(upstreamID: "up-\(order.label)")
            case .madeAndRefused: return .refused(.transient("500 after the fact"))
            case .noCapacity, .lost, .lostAndNotMade: return .unknown("connection reset")
            }
        }
    }

    func list(labelPrefix: String) async throws -> [Pod] {
        try lit()
        let state = now
        if state.listsAreCut { throw ProviderFault.transient("page 2 is not JSON") }
        let ours = state.pods.filter { $0.key.hasPrefix(labelPrefix) && !state.hidden.contains($0.key) }
        return ours.sorted { $0.key < $1.key }.map {
            Pod(label: $0.key, upstreamID: "up-\($0.key)", state: $0.value)
        } + state.others
    }

    func get(label: String, upstreamID: String?) async throws -> PodState {
        try lit()
        let state = set { state in
            state.gets.append(label)
            return state
        }
        guard case .running(let endpoint)? = state.pods[label] else { return state.pods[label] ?? .gone }
        return .running(
            Endpoint(
                host: endpoint.host, port: endpoint.port, user: endpoint.user,
                hostKeyFingerprint: state.hostKeyFingerprint))
    }

    func terminate(label: String, upstreamID: String?) async throws -> Termination {
        try lit()
        return set { state in
            state.terminates.append(label)
            if state.slowTerminations > 0 {
                state.slowTerminations -= 1
                return .inProgress
            }
            if state.others.contains(where: { $0.label == label && $0.upstreamID == upstreamID }) {
                state.others.removeAll { $0.upstreamID == upstreamID }
            } else {
                state.pods[label] = nil
            }
            return .gone
        }
    }

    func log(label: String, upstreamID: String?) async throws -> String? { nil }
    func problem() async -> String? { nil }
    func gpus(label: String, upstreamID: String?) async throws -> [SeenGPU]? { now.gpus }
    func balance() async throws -> ProviderBalance? { now.balance }
    func charges(since: Instant) async throws -> [ProviderCharge]? { now.charges }
    func rate(label: String, upstreamID: String?) async throws -> HourlyCost? { now.rate }
    func renewExpiry(label: String, upstreamID: String?, until: Instant) async throws {
        set { $0.expiries[label] = until }
    }
}
