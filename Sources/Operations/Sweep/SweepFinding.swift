import Domain
import Providers
import Storage

/// One pod of a sweep: what it is to this outlet, and what is done about it.
package struct SweepFinding: Sendable {
    package let provider: String
    package let label: String
    package let upstreamID: String?  // Nil for a pod that the list lacks.
    package let state: PodState?  // The same.
    package let standing: PodStanding
    package let action: SweepAction
    package let seen: PodSighting?  // This look included.
    package let attempt: Attempt?
    package let user: ID<User>?

    var sighted: SightedPod { SightedPod(label: label, upstreamID: upstreamID ?? "") }
}

extension Context {
    /// Compares a complete list of one provider's pods with the books; changes nothing.
    /// - Parameter expected: what was in the books before the list was asked for. What came later may rightly lack.
    package func sweepFindings(
        at provider: String, pods: [Pod], expected: [Attempt], in session: any ReadSession
    ) throws -> [SweepFinding] {
        let look = SweepLook(
            provider: provider, now: try now(in: session), isReportOnly: try session.isReportOnly(),
            sightings: try session.sightings(at: provider))
        let began = try session.booksBegan()
        let listed = Dictionary(grouping: pods, by: \.label)
        var findings = try pods.sorted { ($0.label, $0.upstreamID) < ($1.label, $1.upstreamID) }.map { pod in
            let attempt = try session.attempt(label: pod.label)
            let rental = try attempt.flatMap { try session.rental($0.rental) }
            let standing = standing(
                of: pod, among: listed[pod.label]!, attempt: attempt, rental: rental, booksBegan: began)
            return look.finding(pod.label, pod: pod, standing, attempt, rental?.user)
        }
        for attempt in expected where listed[attempt.label] == nil {
            // It may have ended while the list was on its way.
            guard let rental = try session.rental(attempt.rental), rental.status.isLive,
                try session.attempt(attempt.number)?.outcome == .created
            else { continue }
            findings.append(look.finding(attempt.label, pod: nil, .missing, attempt, rental.user))
        }
        return findings
    }

    private func standing(
        of pod: Pod, among sameLabel: [Pod], attempt: Attempt?, rental: RentalRow?, booksBegan: Instant
    ) -> PodStanding {
        guard let label = PodLabel(pod.label), label.site == settings.site else { return .foreign }
        guard let attempt, let rental else { return label.launchedAt < booksBegan ? .earlier : .unknown }
        // An attempt that was given up and answers late is nobody's, also while another one runs.
        guard rental.status.isLive, attempt.outcome != .refused, attempt.outcome != .gone else {
            return .ended
        }
        let isTwin = pod.upstreamID != attempt.upstreamID
        return isTwin && sameLabel.contains { $0.upstreamID == attempt.upstreamID } ? .extra : .live
    }
}

/// What is the same for all pods of one list.
private struct SweepLook {
    let provider: String
    let now: Instant
    let isReportOnly: Bool
    let sightings: [SightedPod: PodSighting]

    func finding(
        _ label: String, pod: Pod?, _ standing: PodStanding, _ attempt: Attempt?, _ user: ID<User>?
    ) -> SweepFinding {
        let sighted = SightedPod(label: label, upstreamID: pod?.upstreamID ?? "")
        let seen = standing.isCounted ? PodSighting.next(after: sightings[sighted], at: now) : nil
        return SweepFinding(
            provider: provider, label: label, upstreamID: pod?.upstreamID, state: pod?.state,
            standing: standing,
            action: sweepAction(on: standing, seen: seen, at: now, isReportOnly: isReportOnly), seen: seen,
            attempt: attempt, user: user)
    }
}

extension PodStanding {
    /// Whether it matters how often it was seen.
    fileprivate var isCounted: Bool {
        switch self {
        case .extra, .unknown, .earlier, .missing: true
        case .live, .ended, .foreign: false
        }
    }
}

extension RentalStatus {
    fileprivate var isLive: Bool { self == .provisioning || self == .running }
}
