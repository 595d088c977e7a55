import Domain
import Foundation
import Storage

/// The catalog in memory, shared by all threads: read again when its version has moved, or after five seconds,
/// since offers also leave by growing old. A large one is read by a thread of its own, and the one before is served
/// meanwhile: no request waits for tens of thousands of rows.
package final class CatalogCache: Sendable {
    private struct Kept {
        let version: Int64
        let readAt: Instant
        let snapshot: CatalogSnapshot

        func isCurrent(_ version: Int64, at now: Instant) -> Bool {
            self.version == version && isYounger(than: Seconds(5), at: now)
        }

        func isYounger(than age: Seconds, at now: Instant) -> Bool {
            (Seconds.zero..<age).contains(now - readAt)
        }
    }

    private static let largest = 2_000  // Listings that a request reads by itself, in a few milliseconds.
    private static let longestAside = Seconds(60)  // Whoever has slept for longer reads before it answers.
    private let kept = Guarded<Kept?>(nil)
    private let isBeingRead = Guarded(false)

    package init() {}

    /// What can be rented now, or could be a moment ago.
    package func snapshot(in context: Context) throws -> CatalogSnapshot {
        let kept = kept.withLock { $0 }
        let (version, now) = try context.database.read {
            (try $0.catalogVersion(), try context.now(in: $0))
        }
        guard let kept else { return try read(in: context) }
        if kept.isCurrent(version, at: now) { return kept.snapshot }
        guard kept.snapshot.listings.count > Self.largest, kept.isYounger(than: Self.longestAside, at: now)
        else {
            return try read(in: context)
        }
        readAside(context)
        return kept.snapshot
    }

    private func read(in context: Context) throws -> CatalogSnapshot {
        let new = try context.database.read { session in
            let now = try context.now(in: session)
            return Kept(
                version: try session.catalogVersion(), readAt: now,
                snapshot: CatalogSnapshot(try session.rentableListings(at: now)))
        }
        kept.withLock { $0 = new }
        return new.snapshot
    }

    private func readAside(_ context: Context) {
        let isFirst = isBeingRead.withLock { isBeingRead in
            defer { isBeingRead = true }
            return !isBeingRead
        }
        guard isFirst else { return }
        Thread.detachNewThread { [self] in
            defer { isBeingRead.withLock { $0 = false } }
            _ = try? read(in: context)  // One that fails is tried again by the next request.
        }
    }
}
