import ArgumentParser
import Domain
import Foundation
import Operations
import Providers
import Storage

struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Holds what providers have charged against the books, pod by pod.",
        discussion: """
            matched: within a twentieth and five cents. only_theirs: billed, and not in the books: an orphan, or
            somebody else's in the same account. only_ours: in the books, and not billed. amount_differs: both, but
            not the same. Providers that do not tell charges by pod are named. Bills may be an hour behind.

            Exit status 1 when a pod is not matched, or a provider does not answer.

            Examples:
              outletctl reconcile
              outletctl reconcile runpod --days 30 --json
            """)
    @OptionGroup var options: Options
    @OptionGroup var output: Output
    @Argument(help: "Only this provider.") var code: String?
    @Option(help: "How many days back, 1 to 90.") var days = 7
    @Flag(help: "Shows matched pods, too.") var all = false

    func validate() throws {
        guard (1...90).contains(days) else { throw ValidationError("--days is a number from 1 to 90") }
    }

    func run() async throws {
        let outlet = try Outlet(options)
        let providers = configuredProviders(outlet).filter { code == nil || $0.code == code }
        guard !providers.isEmpty else { throw Complaint("there is no provider '\(code ?? "")'") }
        let now = try outlet.context.database.read { try outlet.context.now(in: $0) }
        let since = now - Seconds(Int64(days) * Seconds.day.count)
        var bills: [BillJSON] = []
        for provider in providers { bills.append(await outlet.bill(of: provider, since: since)) }
        if output.isJSON { try printJSON(bills) } else { show(bills) }
        if bills.contains(where: { !$0.isClean }) { throw ExitCode.failure }
    }

    private func show(_ bills: [BillJSON]) {
        var table = Table(
            ("provider", .left), ("pod", .left), ("label", .left), ("they charged", .right),
            ("the books say", .right), ("standing", .left))
        for bill in bills {
            for pod in bill.pods where all || pod.standing != ReconciledPod.Standing.matched.rawValue {
                table.add(
                    bill.provider, pod.upstreamId, pod.label ?? "", pod.theirs, pod.ours, pod.standing)
            }
        }
        print(table.text(nothing: "nothing differs"))
        for bill in bills {
            let matched = bill.pods.count { $0.standing == ReconciledPod.Standing.matched.rawValue }
            print("\(bill.provider): \(bill.problem ?? "\(matched) of \(bill.pods.count) pods match")")
        }
    }
}

/// What one provider's bill comes to.
struct BillJSON: Encodable {
    struct Pod: Encodable {
        let standing, upstreamId: String
        let label: String?
        let theirMicroDollars, ourMicroDollars: Int64
        var theirs: String { dollars(theirMicroDollars) }
        var ours: String { dollars(ourMicroDollars) }

        init(_ pod: ReconciledPod) {
            (standing, upstreamId, label) = (pod.standing.rawValue, pod.upstreamID, pod.label)
            (theirMicroDollars, ourMicroDollars) = (pod.theirs, pod.ours)
        }

        private func dollars(_ micros: Int64) -> String { "$\(Cents((micros + 5_000) / 10_000).dollars)" }
    }

    let provider: String
    let isAvailable: Bool  // Whether the provider tells its charges at all.
    let problem: String?
    let pods: [Pod]

    var isClean: Bool {
        pods.allSatisfy { $0.standing == ReconciledPod.Standing.matched.rawValue }
            && (problem == nil || !isAvailable)
    }
}

extension Outlet {
    fileprivate func bill(of provider: any Provider, since: Instant) async -> BillJSON {
        do {
            guard let charges = try await provider.charges(since: since) else {
                return BillJSON(
                    provider: provider.code, isAvailable: false, problem: "does not tell its charges by pod",
                    pods: [])
            }
            let pods = try context.reconcile(charges, at: provider.code, since: since)
            return BillJSON(
                provider: provider.code, isAvailable: true, problem: nil, pods: pods.map(BillJSON.Pod.init))
        } catch {
            return BillJSON(provider: provider.code, isAvailable: true, problem: "\(error)", pods: [])
        }
    }
}
