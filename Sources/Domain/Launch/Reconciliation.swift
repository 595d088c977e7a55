/// What the books say that one pod cost the outlet in a window of time.
package struct ExpectedCost: Hashable, Sendable {
    package let label: String
    package let upstreamID: String
    package let cost: HourlyCost
    package let from: Instant
    package let to: Instant  // Of one that runs: the end of the window.
    package let isOpen: Bool  // It runs still, or ended so late that its last bill may not be there yet.

    package init(
        label: String, upstreamID: String, cost: HourlyCost, from: Instant, to: Instant, isOpen: Bool
    ) {
        self.label = label
        self.upstreamID = upstreamID
        self.cost = cost
        self.from = from
        self.to = to
        self.isOpen = isOpen
    }

    package var microDollars: Int64 { cost.microDollarsPerHour * max((to - from).count, 0) / 3_600 }
}

/// One pod, in the provider's bill and in the books.
package struct ReconciledPod: Hashable, Sendable {
    package enum Standing: String, Sendable, CaseIterable {
        case matched
        case onlyTheirs = "only_theirs"  // Billed, and not in the books: an orphan, or somebody else's.
        case onlyOurs = "only_ours"  // In the books, and not billed: or not yet.
        case amountDiffers = "amount_differs"
    }

    package let standing: Standing
    package let upstreamID: String
    package let label: String?
    package let theirs: Int64  // Micro-dollars.
    package let ours: Int64
}

/// Holds a provider's charges against the books, pod by pod, those that differ first.
/// - Parameters:
///   - charges: of the window that `expected` is about.
///   - lag: how far a provider's bill may be behind; a pod that runs may be billed so much less.
package func reconcile(
    _ charges: [ProviderBillLine], with expected: [ExpectedCost], lag: Seconds = .hour
) -> [ReconciledPod] {
    let billed = Dictionary(grouping: charges, by: \.upstreamID)
    let known = Dictionary(expected.map { ($0.upstreamID, $0) }) { first, _ in first }
    let pods = Set(billed.keys).union(known.keys).map { id -> ReconciledPod in
        let theirs = (billed[id] ?? []).map(\.microDollars).reduce(0, +)
        let label = known[id]?.label ?? billed[id]?.compactMap(\.label).first
        let ours = known[id]?.microDollars ?? 0
        return ReconciledPod(
            standing: standing(of: known[id], billed: billed[id] == nil ? nil : theirs, lag: lag),
            upstreamID: id, label: label, theirs: theirs, ours: ours)
    }
    let order = ReconciledPod.Standing.allCases.reversed().map(\.rawValue)
    return pods.sorted {
        (order.firstIndex(of: $0.standing.rawValue)!, $0.upstreamID)
            < (order.firstIndex(of: $1.standing.rawValue)!, $1.upstreamID)
    }
}

/// One line of what a provider has charged for one pod.
package struct ProviderBillLine: Hashable, Sendable {
    package let upstreamID: String
    package let label: String?
    package let microDollars: Int64

    package init(upstreamID: String, label: String?, microDollars: Int64) {
        self.upstreamID = upstreamID
        self.label = label
        self.microDollars = microDollars
    }
}

/// Providers round, count their own start and end, and add disk and traffic: a twentieth and five cents are the same.
private func standing(
    of pod: ExpectedCost?, billed theirs: Int64?, lag: Seconds
) -> ReconciledPod.Standing {
    guard let pod else { return .onlyTheirs }
    let unbilled = pod.isOpen ? pod.cost.microDollarsPerHour * lag.count / 3_600 : 0
    let tolerance = pod.microDollars / 20 + 50_000
    guard let theirs else { return pod.microDollars <= unbilled + tolerance ? .matched : .onlyOurs }
    let isLess = theirs < pod.microDollars - unbilled - tolerance
    return isLess || theirs > pod.microDollars + tolerance ? .amountDiffers : .matched
}
