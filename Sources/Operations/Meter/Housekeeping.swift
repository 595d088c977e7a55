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

    /// Empties a log that has grown before its time: while it is emptied nobody writes, for as long as it is.
    package func shortenLog() throws {
        if context.database.logBytes > Self.longLog { try context.database.checkpoint() }
    }

    private static let longLog = 16 << 20
}
