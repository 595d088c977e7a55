import Domain
import Providers
import Storage

/// What a pod's log said when it was last read.
struct PodLog: Sendable {
    let rental: ID<Rental>
    let text: String
}

extension Meter {
    /// Nil when the provider has none, or does not say.
    func log(of attempt: Attempt, at provider: any Provider) async -> PodLog? {
        guard let text = try? await provider.log(label: attempt.label, upstreamID: attempt.upstreamID) else {
            return nil
        }
        return PodLog(rental: attempt.rental, text: text)
    }

    /// The log is read while there is one; a provider that has none is no reason to wait.
    func keepLog(of attempt: Attempt, at provider: any Provider) async {
        if let log = await log(of: attempt, at: provider) { keep([log]) }
    }

    /// Stores those that say something new, in one transaction; most of the time none does, and nothing is written. One
    /// that cannot be stored is read again at the next look.
    func keep(_ logs: [PodLog]) {
        let news = readable { session in try logs.filter { try session.log(of: $0.rental) != $0.text } } ?? []
        guard !news.isEmpty else { return }
        do {
            try write { transaction, _ in
                for log in news { try transaction.storeLog(log.text, of: log.rental) }
            }
        } catch { logger.warning("logs not kept", metadata: ["error": "\(error)"]) }
    }
}
