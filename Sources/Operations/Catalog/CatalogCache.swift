import Domain
import Storage
import Synchronization

/// The catalog in memory, shared by all threads: read again when its version has moved, or after five seconds,
/// since offers also leave by growing old.
package final class CatalogCache: Sendable {
    private struct Kept {
        let version: Int64
        let readAt: Instant
        let snapshot: CatalogSnapshot
    }

    private static let maximumAge = Seconds(5)
    private let kept = Mutex<Kept?>(nil)

    package init() {}

    /// What can be rented now. Threads that find it outdated at once each read it; none waits for another's reading.
    package func snapshot(in context: Context) throws -> CatalogSnapshot {
        let kept = kept.withLock { $0 }
        let current = try context.database.read { session in
            let version = try session.catalogVersion()
            let now = try context.now(in: session)
            if let kept, kept.version == version, (Seconds.zero..<Self.maximumAge).contains(now - kept.readAt)
            {
                return kept
            }
            return Kept(
                version: version, readAt: now,
                snapshot: CatalogSnapshot(try session.rentableListings(at: now)))
        }
        self.kept.withLock { $0 = current }
        return current.snapshot
    }
}
