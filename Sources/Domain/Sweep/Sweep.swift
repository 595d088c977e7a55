/// What one pod, listed by a provider or missed in its list, is to this outlet.
package enum PodStanding: String, Sendable, CaseIterable {
    case live  // Ours, and its rental goes on.
    case ended  // Ours, but its rental or its attempt has ended: it goes on sight, for ever.
    case extra  // A second pod under the label of a live one.
    case unknown  // Our label, and not in the books.
    case earlier  // Our label, not in the books, and older than the books themselves.
    case foreign  // No label of this outlet.
    case missing  // In the books as made, and not in a complete list.
}

/// How often complete lists in a row have shown the same thing against the books.
package struct PodSighting: Hashable, Sendable {
    package let times: Int
    package let firstAt: Instant
    package let lastAt: Instant
    package let condemnedBy: String?  // Who ordered the pod's end, where the sweep alone would not.

    package init(times: Int, firstAt: Instant, lastAt: Instant, condemnedBy: String? = nil) {
        self.times = times
        self.firstAt = firstAt
        self.lastAt = lastAt
        self.condemnedBy = condemnedBy
    }

    /// Looks closer together than this are one look.
    package static let pause = Seconds(30)

    /// What is known after one more look.
    package static func next(after last: PodSighting?, at now: Instant) -> PodSighting {
        guard let last else { return PodSighting(times: 1, firstAt: now, lastAt: now) }
        guard now - last.lastAt >= pause else { return last }
        return PodSighting(
            times: last.times + 1, firstAt: last.firstAt, lastAt: now, condemnedBy: last.condemnedBy)
    }
}

/// What the sweep does about one pod.
package enum SweepAction: String, Sendable {
    case leave
    case report  // Told, and left to a person.
    case wait  // Told; another look decides.
    case terminate
    case fail  // Its rental is failed: the pod is lost.
}

/// How long a pod that is not in the books is left for somebody to claim it: longer than any create takes.
package let unknownPodGrace = Seconds(1_200)

/// Decides about one pod after a complete list. After an incomplete one nobody asks.
/// - Parameters:
///   - seen: this look included; live, ended and foreign pods have none.
///   - isReportOnly: the books come from a backup that no person has accepted yet.
package func sweepAction(
    on standing: PodStanding, seen: PodSighting?, at now: Instant, isReportOnly: Bool
) -> SweepAction {
    let isSeenTwice = (seen?.times ?? 0) >= 2
    let isCondemned = seen?.condemnedBy != nil
    guard standing != .live, standing != .foreign else { return .leave }
    guard !isReportOnly else { return .report }
    switch standing {
    case .live, .foreign: return .leave
    case .ended: return .terminate
    case .extra: return isSeenTwice ? .terminate : .wait
    case .unknown:
        let isOverdue = seen.map { now - $0.firstAt >= unknownPodGrace } ?? false
        return isCondemned || (isSeenTwice && isOverdue) ? .terminate : .wait
    // Whoever lost the books still has the pods: only a person ends them.
    case .earlier: return isCondemned ? .terminate : .report
    case .missing: return isSeenTwice ? .fail : .wait
    }
}
