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

    /// Empties the write-ahead log and removes what has no more use.
    package func tidy() throws {
        _ = try write { transaction, now in
            try transaction.run(
                "DELETE FROM effect WHERE done_at_ms < \((now - Seconds(7 * 86_400)).secondsSince1970 * 1_000)"
            )
        }
        try sealHistory()
        try context.forgetExpired()
        try context.database.checkpoint()
        try context.ephemeral.checkpoint()
    }
}
