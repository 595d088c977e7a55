import Domain
import Providers
import Synchronization

/// A provider that does everything at once and in memory, and notes when it was told to end a pod.
final class BenchProvider: Provider {
    let code = "local"
    let provisionDeadline = Seconds(600)
    let estimatedProvisionTime = Seconds(2)

    private let cents: Int64
    private let ended = Mutex<[String: ContinuousClock.Instant]>([:])
    private let made = Mutex<Set<String>>([])

    /// - Parameter cents: What an hour costs.
    init(cents: Int64 = 65) { self.cents = cents }

    /// When each label was first told to end.
    var ends: [String: ContinuousClock.Instant] { ended.withLock { $0 } }

    func offers() async throws -> [Offer] { [.bench("bench", cents: cents)] }
    /// It has these pods, too.
    func has(_ labels: [String]) { made.withLock { $0.formUnion(labels) } }

    func create(_ order: PodOrder) async -> Creation {
        has([order.label])
        return .created(upstreamID: order.label)
    }

    func list(labelPrefix: String) async throws -> [Pod] {
        let ended = ends
        return made.withLock { $0 }.filter { ended[$0] == nil }.map {
            Pod(label: $0, upstreamID: $0, state: Self.running)
        }
    }

    func get(label: String, upstreamID: String?) async throws -> PodState {
        ends[label] != nil ? .gone : Self.running
    }

    private static let running = PodState.running(
        Endpoint(host: "127.0.0.1", port: 22, user: "root", hostKeyFingerprint: nil))

    func terminate(label: String, upstreamID: String?) async throws -> Termination {
        let now = ContinuousClock.now
        ended.withLock { if $0[label] == nil { $0[label] = now } }
        return .gone
    }

    func log(label: String, upstreamID: String?) async throws -> String? { nil }
    func problem() async -> String? { nil }
}

extension Offer {
    static func bench(_ key: String, cents: Int64, family: String = "rtx-4090", region: String = "US-East")
        -> Offer
    {
        Offer(
            key: key, family: family, model: family, vramGB: 24, gpuCount: 1,
            price: HourlyRate(centsPerHour: cents)!, region: region, regionCode: "US", interconnect: nil,
            free: 1_000_000, note: nil)
    }
}
