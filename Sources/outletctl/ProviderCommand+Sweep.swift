import ArgumentParser
import Configuration
import Domain
import Foundation
import Logging
import Operations
import Providers
import Storage

extension ProviderCommand {
    struct Sweep: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sweep",
            abstract: "Compares the pods at providers with the books, and tells what is done about each.",
            discussion: """
                outlet-meter does this by itself, every minute. While it runs, this command only asks providers for
                their lists, which changes nothing, and tells what the meter does. With no meter at work it also
                does it, as the meter would. A list that may be incomplete does nothing.

                A pod with this outlet's label that is not in the books is ended after 20 minutes. One that is older
                than the books stays until you adopt it or order its end.

                Examples:
                  outletctl provider sweep --dry-run
                  outletctl provider sweep --json
                  outletctl provider end outlet-lab-01j8z3…-1
                """)
        @OptionGroup var options: Options
        @OptionGroup var output: Output
        @Flag(help: "Tells only, also when no meter runs.") var dryRun = false

        func run() async throws {
            let outlet = try Outlet(options)
            let providers = configuredProviders(outlet)
            var lists: [SweepList] = []
            for provider in providers { lists.append(await outlet.look(at: provider)) }
            if output.isJSON { try printJSON(lists) } else { try show(lists, in: outlet) }
            if !dryRun { try await act(with: providers, in: outlet) }
            if lists.contains(where: { $0.problem != nil }) { throw ExitCode.failure }
        }

        private func show(_ lists: [SweepList], in outlet: Outlet) throws {
            if let restored = try outlet.context.database.read({ try $0.openRestoration() }) {
                print(
                    """
                    These books come from the backup \(restored.snapshot). Until 'outletctl restore accept',
                    nothing is made or ended at a provider.

                    """)
            }
            var table = Table(
                ("provider", .left), ("label", .left), ("state", .left), ("what it is", .left),
                ("what is done", .left))
            for list in lists {
                for pod in list.pods {
                    table.add(pod.provider, pod.label, pod.state, pod.standing, pod.words)
                }
            }
            print(table.text(nothing: "no pods, neither at providers nor in the books"))
            for list in lists { list.problem.map { complain("\(list.provider): \($0)") } }
        }

        private func act(with providers: [any Provider], in outlet: Outlet) async throws {
            let lease: Lease
            do { lease = try Lease.take(in: outlet.context) } catch is LeaseRefusal {
                if !output.isJSON { print("\noutlet-meter is at work: it does this within a minute.") }
                return
            }
            let meter = Meter(
                context: outlet.context, providers: providers, lease: lease, logger: quietLogger())
            await meter.sweep()
            _ = await meter.carryOutDueEffects()
            if !output.isJSON { print("\nNo meter is at work: done here. Now start outlet-meter.") }
        }
    }

    struct End: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "end", abstract: "Orders the end of a pod that is not in the books.",
            discussion: """
                For pods of this outlet that 'provider sweep' shows as unknown or earlier. outlet-meter ends it within
                a minute. A pod that belongs to a rental is ended by 'rental stop'.

                Example:
                  outletctl provider end outlet-lab-01j8z3m4q5r6s7t8v9w0x1y2z3-1
                """)
        @OptionGroup var options: Options
        @Argument(help: "The pod's label.") var label: String
        @Option(help: "Where it is; needed when there are several providers.") var provider: String?

        func run() throws {
            let outlet = try Outlet(options)
            let codes = outlet.settings.providers.map(\.code)
            guard let code = provider ?? (codes.count == 1 ? codes[0] : nil) else {
                throw ValidationError("name its provider with --provider: \(codes.joined(separator: ", "))")
            }
            guard try outlet.context.condemn(label, at: code) else {
                throw Complaint(
                    "no sweep has seen such a pod out of the books at '\(code)'; see 'outletctl provider sweep'"
                )
            }
            print("the end of \(label) is ordered; outlet-meter carries it out within a minute")
        }
    }
}

/// One provider's pods against the books, or why they are not known.
private struct SweepList: Encodable {
    struct PodLine: Encodable {
        let provider: String
        let label: String
        let upstreamId: String?
        let state: String
        let standing: String
        let action: String
        let words: String
        let rentalId: String?
        let userId: String?
        let times: Int?
        let firstSeenAt: String?
    }

    let provider: String
    let problem: String?
    let pods: [PodLine]
}

extension Outlet {
    /// Asks one provider for its list; reads only.
    fileprivate func look(at provider: any Provider) async -> SweepList {
        do {
            let expected = try context.database.read { try $0.attemptsInUse(at: provider.code) }
            let pods = try await provider.list(labelPrefix: context.labelPrefix)
            let findings = try context.database.read {
                try context.sweepFindings(at: provider.code, pods: pods, expected: expected, in: $0)
            }
            return SweepList(
                provider: provider.code, problem: nil, pods: findings.map(SweepList.PodLine.init))
        } catch {
            let problem = "its list may be incomplete, so nothing is done: \(error)"
            return SweepList(provider: provider.code, problem: problem, pods: [])
        }
    }
}

extension SweepList.PodLine {
    fileprivate init(_ finding: SweepFinding) {
        self.init(
            provider: finding.provider, label: finding.label, upstreamId: finding.upstreamID,
            state: finding.state?.word ?? "not listed", standing: finding.standing.rawValue,
            action: finding.action.rawValue, words: finding.words, rentalId: finding.attempt?.rental.text,
            userId: finding.user?.text, times: finding.seen?.times, firstSeenAt: finding.seen?.firstAt.iso8601
        )
    }
}

extension SweepFinding {
    /// For people: what the meter does about it.
    fileprivate var words: String {
        switch action {
        case .leave: standing == .live ? "nothing: it belongs to \(attempt?.rental.text ?? "?")" : "nothing"
        case .report where standing == .earlier: "nothing, until you adopt or end it"
        case .report: "nothing, until the restored books are accepted"
        case .terminate: "it is ended"
        case .fail: "its rental \(attempt?.rental.text ?? "?") fails as lost"
        case .wait:
            switch standing {
            case .unknown: "it is ended after \(remaining.forPeople), unless you adopt it"
            case .missing: "its rental fails if the next list lacks it too"
            default: "it is ended if the next list shows it too"
            }
        }
    }

    private var remaining: Seconds {
        seen.map { max(unknownPodGrace - ($0.lastAt - $0.firstAt), .minute) } ?? unknownPodGrace
    }
}

extension PodState {
    var word: String {
        switch self {
        case .pending: "pending"
        case .running: "running"
        case .failed: "failed"
        case .gone: "gone"
        case .unknown: "unknown"
        }
    }
}
