import Domain
import Providers
import Storage

/// A provider's bill may be so far behind what happened there.
private let billLag = Seconds.hour

extension Context {
    /// Holds what a provider has charged since then against the books.
    /// - Parameter charges: all of them from `since` on, strangers' too.
    package func reconcile(_ charges: [ProviderCharge], at provider: String, since: Instant) throws
        -> [ReconciledPod]
    {
        try database.read { session in
            let now = try now(in: session)
            let expected = try session.attemptsWithPods(at: provider, since: since).compactMap { attempt in
                try session.cost(of: attempt.number).map { cost in
                    let end = attempt.endedAt ?? now
                    return ExpectedCost(
                        label: attempt.label, upstreamID: attempt.upstreamID!, cost: cost.known,
                        from: max(attempt.startedAt, since), to: end, isOpen: now - end < billLag)
                }
            }
            let lines = charges.filter { $0.to > since }.map {
                ProviderBillLine(
                    upstreamID: $0.upstreamID, label: $0.label, microDollars: $0.share(since: since))
            }
            return Domain.reconcile(lines, with: expected, lag: billLag)
        }
    }
}

extension ProviderCharge {
    /// What of it falls into the time from `since` on, as if it were even.
    fileprivate func share(since: Instant) -> Int64 {
        let whole = (to - from).count
        guard from < since, whole > 0 else { return microDollars }
        return microDollars * (to - since).count / whole
    }
}
