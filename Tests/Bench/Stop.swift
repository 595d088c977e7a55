import Domain
import Foundation
import Operations
import Storage
import TestSupport

extension OutletBench {
    /// From a renter's stop to the order at the provider, while a settlement of everything runs.
    func measureStop(_ report: Report) async throws {
        let outlet = try BenchOutlet()
        let start = try outlet.now()
        let population = try outlet.populate(
            wallets: rentals / 5, rentalsEach: 5, cents: 100_000, since: start, until: start)
        let provider = BenchProvider()
        provider.has(population.labels)
        let pods = try await Pods(outlet, provider, lives: (0..<200).map { _ in Seconds(86_400) })
        outlet.skip(.hour)
        let settled = SQL(
            "SELECT COUNT(*) AS number FROM rental WHERE running_at_s = \(start) AND billed_s > 0")
        _ = try await eventually("the settlement", within: 300) { try outlet.count(settled) > 0 ? () : nil }
        var times: [Double] = []
        for pod in pods.pods where try outlet.count(settled) < rentals {
            let asked = ContinuousClock.now
            _ = try outlet.context.stop(pod.rental, by: pod.user)
            times.append((try await pods.end(of: pod) - asked).milliseconds)
        }
        await pods.stopMeter()
        guard times.count >= 20 else {
            throw TestFault("\(times.count) stops only before everything was settled")
        }
        report.tell(
            "stop", "from a stop to the provider, while \(rentals) are settled, p99",
            Series(times, unit: "ms"),
            goal: .atMost(100), quantile: 0.99)
    }

    /// 1,000 wallets that run dry within the same minute: from the computed second to the order at the provider.
    func measureExhaustion(_ report: Report) async throws {
        let outlet = try BenchOutlet(holdSeconds: 60)
        let lives = (0..<1_000).map { Seconds(Int64(100 + $0 % 50)) }
        let pods = try await Pods(outlet, BenchProvider(cents: 3_600), lives: lives, measuredFromNow: true)
        var lateness: [Double] = []
        for pod in pods.pods {
            let end = try await pods.end(of: pod)
            lateness.append(
                try pods.milliseconds(of: end) - Double(pods.lastSecond(of: pod).secondsSince1970) * 1_000)
        }
        await pods.stopMeter()
        report.tell(
            "exhaustion", "1,000 wallets in a minute: stop order after its second",
            Series(lateness, unit: "ms"),
            goal: .atMost(250), quantile: 1)
    }
}

/// Renters of one pod each, launched as renters do, with a meter at work.
private final class Pods {
    struct Pod {
        let user: ID<User>
        let rental: ID<Rental>
    }

    private(set) var pods: [Pod] = []
    private let outlet: BenchOutlet
    private let provider: BenchProvider
    private let work: Task<Void, any Error>
    private let origin: (outlet: Int64, here: ContinuousClock.Instant)

    /// - Parameters:
    ///   - lives: How long each wallet lasts.
    ///   - measuredFromNow: Counts lives from now on, not from each pod's own start.
    init(_ outlet: BenchOutlet, _ provider: BenchProvider, lives: [Seconds], measuredFromNow: Bool = false)
        async throws
    {
        self.outlet = outlet
        self.provider = provider
        let meter = try outlet.meter(provider)
        let bell = try BellListener(path: outlet.context.settings.bellPath)
        work = Task { try await meter.run(bell: bell) }
        origin = (
            try outlet.context.database.read { try outlet.context.nowMilliseconds(in: $0) },
            ContinuousClock.now
        )
        let start = try outlet.now()
        _ = try await eventually("an offer", within: 60) { try Self.offered(outlet) ? () : nil }
        for life in lives {
            let spent = measuredFromNow ? try outlet.now() - start : Seconds(0)
            pods.append(try launch(lasting: life - spent))
        }
        _ = try await eventually("all pods run", within: 60) {
            let row = try outlet.context.database.read { session in
                try session.row("SELECT COUNT(*) AS waiting FROM rental WHERE state = 'provisioning'")!
            }
            return row.int("waiting") == 0 ? () : nil
        }
    }

    private static func offered(_ outlet: BenchOutlet) throws -> Bool {
        let now = try outlet.now()
        return try outlet.context.database.read { try !$0.rentableListings(at: now).isEmpty }
    }

    private func launch(lasting life: Seconds) throws -> Pod {
        let context = outlet.context
        let user = try context.addUser(email: "renter-\(pods.count)@example.org").id
        _ = try context.addSSHKey(named: "laptop", benchKey, for: user)
        let price = try context.database.read { try $0.rentableListings(at: context.now(in: $0)) }[0].price
        _ = try context.adjust(user, by: price.price(of: life), note: "bench", actor: "bench")
        let request = LaunchRequest(familyID: "rtx-4090", gpuCount: 1)
        return Pod(user: user, rental: try context.launch(request, by: user).id)
    }

    /// When the provider was told to end the pod.
    func end(of pod: Pod) async throws -> ContinuousClock.Instant {
        let label = PodLabel(site: outlet.context.settings.site, rental: pod.rental, number: 1).description
        return try await eventually("the end of \(pod.rental)", within: 300, every: 0.001) {
            provider.ends[label]
        }
    }

    /// The last second that was paid for.
    func lastSecond(of pod: Pod) throws -> Instant {
        try outlet.context.database.read { try $0.rental(pod.rental)!.endsAt! }
    }

    /// The outlet's time, in milliseconds since 1970, at an instant of this process.
    func milliseconds(of instant: ContinuousClock.Instant) -> Double {
        Double(origin.outlet) + (instant - origin.here).milliseconds
    }

    func stopMeter() async {
        work.cancel()
        _ = await work.result
    }
}
