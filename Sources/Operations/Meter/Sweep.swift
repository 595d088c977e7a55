import Domain
import Providers
import Storage

extension Meter {
    /// Compares what every provider has with the books, and sets right what differs: `sweepAction` says how.
    /// A list that may be incomplete does nothing, and one provider's trouble is not another's.
    package func sweep() async {
        for provider in providers.values {
            do { try await sweep(provider) } catch {
                logger.warning(
                    "sweep failed", metadata: ["provider": "\(provider.code)", "error": "\(error)"])
            }
        }
        context.environment.ringBell()
    }

    private func sweep(_ provider: any Provider) async throws {
        let expected = try context.database.read { try $0.attemptsInUse(at: provider.code) }
        let pods = try await provider.list(labelPrefix: context.labelPrefix)
        let findings = try write { transaction, now in
            let findings = try context.sweepFindings(
                at: provider.code, pods: pods, expected: expected, in: transaction)
            try note(findings, at: provider.code, now, in: transaction)
            return findings
        }
        for finding in findings {
            do { try await carryOut(finding, at: provider) } catch {
                logger.warning("pod not ended", metadata: ["label": "\(finding.label)", "error": "\(error)"])
            }
        }
    }

    private func carryOut(_ finding: SweepFinding, at provider: any Provider) async throws {
        switch finding.action {
        case .terminate where !finding.hasOrder: try await end(finding, at: provider)
        case .fail: try await fail(finding, at: provider)
        case .leave, .report, .wait, .terminate: break
        }
    }

    /// Keeps what was seen, tells what is new, and orders the end of pods that the books know.
    private func note(
        _ findings: [SweepFinding], at provider: String, _ now: Instant, in transaction: any Transaction
    ) throws {
        let seen = findings.compactMap { finding in finding.seen.map { (finding.sighted, $0) } }
        try transaction.keep(Dictionary(seen) { first, _ in first }, at: provider)
        for finding in findings {
            if finding.seen?.times == 1, finding.seen?.lastAt == now {
                try record(
                    "pod.\(finding.standing)", finding, finding.standing.words, in: transaction)
            }
            if finding.action == .terminate, finding.hasOrder, let attempt = finding.attempt {
                try transaction.order(
                    .terminate, rental: attempt.rental, attempt: attempt.number,
                    at: context.nowMilliseconds(in: transaction))
            }
        }
    }

    /// A pod that no attempt's order can name. Repeated by each sweep for as long as lists show it.
    private func end(_ finding: SweepFinding, at provider: any Provider) async throws {
        let answer = try await provider.terminate(label: finding.label, upstreamID: finding.upstreamID)
        guard answer == .gone else { return }
        try write { transaction, _ in
            let order = finding.seen?.condemnedBy.map { ", by order of \($0)" } ?? ""
            try record("pod.ended", finding, "A pod was ended\(order).", in: transaction)
        }
    }

    /// Two complete lists lacked it. A provider that shows the pod when asked for it by name is believed.
    private func fail(_ finding: SweepFinding, at provider: any Provider) async throws {
        guard let attempt = finding.attempt,
            let rental = try context.database.read({ try $0.rental(attempt.rental) })
        else { return }
        switch try? await provider.get(label: attempt.label, upstreamID: attempt.upstreamID) {
        case .running, .pending:
            logger.error("pod missing from lists", metadata: ["label": "\(attempt.label)"])
        case .failed, .gone, .unknown, nil:
            let reason: StopReason = rental.status == .running ? .providerLost : .provisionFailed
            try fail(rental, reason: reason, error: "The pod was lost: the provider no longer lists it.")
        }
    }

    private func record(
        _ type: String, _ finding: SweepFinding, _ message: String, in transaction: any Transaction
    ) throws {
        logger.error(
            "\(type)", metadata: ["provider": "\(finding.provider)", "label": "\(finding.label)"])
        try context.record(
            type, of: finding.user, rental: finding.attempt?.rental,
            "\(message) \(finding.provider): \(finding.label)", in: transaction)
    }
}

extension SweepFinding {
    /// Whether the order to terminate its attempt ends just this pod.
    fileprivate var hasOrder: Bool {
        attempt.map { $0.upstreamID == nil || $0.upstreamID == upstreamID } ?? false
    }
}

extension PodStanding {
    /// For people, a sentence.
    package var words: String {
        switch self {
        case .live: "The pod belongs to a rental."
        case .ended: "The pod's rental or attempt has ended."
        case .extra: "A second pod carries the label of a live one."
        case .unknown: "A pod of this outlet is not in the books."
        case .earlier: "A pod of this outlet is older than the books, and not in them."
        case .foreign: "The pod is not this outlet's."
        case .missing: "A pod in the books is not in the provider's list."
        }
    }
}
