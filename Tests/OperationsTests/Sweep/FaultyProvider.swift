import Domain
import Providers
import Synchronization
import TestSupport

/// A provider with one bad habit, until it is cured. What it really has is kept by its own ids: labels may repeat.
final class FaultyProvider: Provider {
    enum Habit: String, CaseIterable, Sendable {
        case losesCreateAnswers, losesCreates, createsLate, createsAndRefuses, createsTwice, answersWrongIDs
        case losesPodsAtOnce, neverGetsReady, startsBroken
        case hidesPodsInLists, listsNothing, breaksOffLists, listsStrangers, revivesPods
        case deniesPods, saysUnknownWords, failsWhenAsked
        case liesAboutEnds, losesEndAnswers, losesEnds, endsSlowly, goesDark, forgetsTheOutlet
    }

    struct Machine: Sendable {
        let label: String
        var state: PodState
        var readyAt: Instant?  // Nil: it is there. Else it comes then.
        var revivesAt: Instant?
        var endAsked: Instant?
    }

    let code = "local"
    let provisionDeadline = Seconds(600)
    let estimatedProvisionTime = Seconds(2)
    private let habit: Mutex<Habit?>
    private let world: Mutex<(machines: [String: Machine], made: Int, dice: Dice)>
    private let now: @Sendable () -> Instant
    private let endpoint: Endpoint

    init(_ habit: Habit, seed: UInt64, clock: TestClock) {
        self.habit = Mutex(habit)
        world = Mutex(([:], 0, Dice(seed: seed)))
        now = { clock.now }
        endpoint = Endpoint(host: "127.0.0.1", port: BannerServer.port, user: "root", hostKeyFingerprint: nil)
    }

    /// From here on it does what it is asked, and says so. What it did before is done.
    func cure() { habit.withLock { $0 = nil } }

    /// The labels of what is really there, strangers' left out.
    var orphans: [String] { machines { $0.map(\.value.label) }.filter { !$0.hasPrefix("someone") }.sorted() }

    /// Whether the habit shows, this time.
    private func shows(_ habit: Habit, percent: Int64 = 60) -> Bool {
        guard self.habit.withLock({ $0 == habit }) else { return false }
        return world.withLock { $0.dice.chance(percent) }
    }

    /// What is there now; late ones have come, and revived ones are up again.
    private func machines<Answer: Sendable>(_ body: @Sendable ([String: Machine]) -> Answer) -> Answer {
        change { body($0.filter { $0.value.endAsked == nil && $0.value.readyAt == nil }) }
    }

    private func change<Answer: Sendable>(_ body: @Sendable (inout [String: Machine]) -> Answer) -> Answer {
        let now = now()
        return world.withLock { world in
            for (id, machine) in world.machines {
                if let ready = machine.readyAt, ready <= now { world.machines[id]!.readyAt = nil }
                if let revival = machine.revivesAt, revival <= now {
                    world.machines[id]!.revivesAt = nil
                    world.machines[id]!.endAsked = nil
                }
            }
            return body(&world.machines)
        }
    }

    private func dark() throws {
        if shows(.goesDark, percent: 80) { throw ProviderFault.transient("no route") }
        if shows(.forgetsTheOutlet) { throw ProviderFault.auth("unknown key") }
    }

    private func make(_ label: String, _ state: PodState? = nil, readyAt: Instant? = nil) -> String {
        let id = world.withLock { world in
            world.made += 1
            return "up-\(world.made)"
        }
        let machine = Machine(label: label, state: state ?? .running(endpoint), readyAt: readyAt)
        change { $0[id] = machine }
        return id
    }
}

extension FaultyProvider {
    func offers() async throws -> [Offer] {
        ([280, 290, 300] as [Int64]).map {
            Offer(
                key: "at-\($0)", family: "h100-80gb", model: "H100_SXM_80GB", vramGB: 80, gpuCount: 1,
                price: HourlyRate(centsPerHour: $0)!, region: "US-East", regionCode: "US", interconnect: nil,
                free: 9, note: nil)
        }
    }

    func create(_ order: PodOrder) async -> Creation {
        do { try dark() } catch { return .unknown("\(error)") }
        let label = order.label
        if shows(.losesCreates) { return .unknown("timeout") }
        if shows(.createsLate) {
            let delay = world.withLock { $0.dice.roll(5...1_500) }
            _ = make(label, readyAt: now() + Seconds(delay))
            return .unknown("timeout")
        }
        if shows(.createsTwice) { _ = make(label) }
        let state: PodState? =
            shows(.neverGetsReady) ? .pending : shows(.startsBroken) ? .failed(reason: "smoke") : nil
        let id = make(label, state)
        if shows(.losesPodsAtOnce) { change { $0[id] = nil } }
        if shows(.losesCreateAnswers) { return .unknown("connection reset") }
        if shows(.createsAndRefuses) { return .refused(.noCapacity("sold out")) }
        return .created(upstreamID: shows(.answersWrongIDs) ? "torn" : id)
    }

    func list(labelPrefix: String) async throws -> [Pod] {
        try dark()
        if shows(.breaksOffLists) { throw ProviderFault.transient("page 2 is not JSON") }
        if shows(.listsNothing, percent: 30) { return [] }
        var pods = machines { machines in
            machines.sorted { $0.key < $1.key }.map {
                Pod(label: $0.value.label, upstreamID: $0.key, state: $0.value.state)
            }
        }.filter { $0.label.hasPrefix(labelPrefix) }
        if shows(.hidesPodsInLists, percent: 40), let hidden = pods.indices.randomElement() {
            pods.remove(at: hidden)
        }
        if shows(.listsStrangers) {
            pods.append(Pod(label: "someone-else-1", upstreamID: "up-s", state: .pending))
        }
        return pods
    }

    func get(label: String, upstreamID: String?) async throws -> PodState {
        try dark()
        if shows(.deniesPods, percent: 20) { return .gone }
        if shows(.saysUnknownWords) { return .unknown("hibernating") }
        if shows(.failsWhenAsked) { throw ProviderFault.transient("502") }
        let id = match(label, upstreamID)
        return machines { machines in id.flatMap { machines[$0]?.state } ?? .gone }
    }

    func terminate(label: String, upstreamID: String?) async throws -> Termination {
        try dark()
        if shows(.losesEnds) { throw ProviderFault.transient("timeout") }
        if shows(.endsSlowly) { return .inProgress }
        guard let id = match(label, upstreamID) else { return .gone }
        if shows(.liesAboutEnds) { return .gone }
        let revival = shows(.revivesPods) ? now() + Seconds(world.withLock { $0.dice.roll(30...900) }) : nil
        let asked = now()
        change { machines in
            machines[id]!.endAsked = asked
            machines[id]!.revivesAt = revival
        }
        if shows(.losesEndAnswers) { throw ProviderFault.transient("connection reset") }
        return .gone
    }

    /// By its own id when it knows it, else by the label.
    private func match(_ label: String, _ upstreamID: String?) -> String? {
        machines { machines in
            if let upstreamID, machines[upstreamID]?.label == label { return upstreamID }
            return machines.filter { $0.value.label == label }.keys.min()
        }
    }

    func log(label: String, upstreamID: String?) async throws -> String? {
        try dark()
        return "booted"
    }

    func problem() async -> String? { nil }
}
