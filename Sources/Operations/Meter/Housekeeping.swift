import Domain
import Providers
import Storage

extension Meter {
    /// Asks all providers side by side what they offer. One that fails keeps its last listings until they are too old.
    package func refreshCatalog() async {
        await withTaskGroup(of: Void.self) { group in
            for provider in providers.values {
                group.addTask {
                    do {
                        let offers = try await provider.offers()
                        try self.context.storeOffers(offers, provider: provider.code)
                    } catch {
                        self.logger.warning(
                            "offers failed", metadata: ["provider": "\(provider.code)", "error": "\(error)"])
                    }
                }
            }
        }
    }

    /// Compares what carries this outlet's label with what is known. A pod whose rental or try has ended goes; one that is
    /// not in the books at all is reported. Labels of others are never touched.
    package func sweep() async {
        for provider in providers.values {
            do {
                let pods = try await provider.list(labelPrefix: context.labelPrefix)
                for pod in pods { try sweep(pod, of: provider.code) }
            } catch {
                logger.warning(
                    "sweep failed", metadata: ["provider": "\(provider.code)", "error": "\(error)"])
            }
        }
        context.environment.ringBell()
    }

    private func sweep(_ pod: Pod, of provider: String) throws {
        try write { transaction, _ in
            guard let attempt = try transaction.attempt(label: pod.label) else {
                return logger.error(
                    "unknown pod", metadata: ["provider": "\(provider)", "label": "\(pod.label)"])
            }
            guard let rental = try transaction.rental(attempt.rental) else { return }
            let hasEnded = rental.status == .stopped || rental.status == .failed || rental.status == .stopping
            // A try that was given up and answers late is nobody's, also while another one runs.
            if hasEnded || attempt.outcome == .refused || attempt.outcome == .gone {
                try transaction.order(
                    .terminate, rental: rental.id, attempt: attempt.number,
                    at: context.nowMilliseconds(in: transaction))
            }
        }
    }

    /// Empties the write-ahead log and removes what has no more use.
    package func tidy() throws {
        _ = try write { transaction, now in
            try transaction.run(
                "DELETE FROM effect WHERE done_at_ms < \((now - Seconds(7 * 86_400)).secondsSince1970 * 1_000)"
            )
        }
        try context.forgetExpired()
        try context.database.checkpoint()
        try context.ephemeral.checkpoint()
    }
}
