import Domain
import Providers
import Storage

extension Meter {
    /// Empties the write-ahead log and removes what has no more use.
    package func tidy() throws {
        _ = try write { transaction, now in
            try context.tidyCatalog(at: now, in: transaction)
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
