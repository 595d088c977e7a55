import Domain
import Storage

extension Meter {
    /// Puts a seal over what was posted since the last one, once an hour of billing time has begun since then.
    /// A long history without seals is sealed piece by piece, so that nobody waits long for the write lock.
    package func sealHistory() throws {
        let newest = try context.database.read { try $0.newestSeal()?.header.sealedAt }
        let now = try context.database.read { try context.now(in: $0) }
        if let newest, newest / 3_600 >= now.secondsSince1970 / 3_600 { return }
        while try write({ try $0.sealRows(atMost: Self.rowsInSeal, at: $1) }) == Self.rowsInSeal {}
    }

    private static let rowsInSeal = 5_000
}
