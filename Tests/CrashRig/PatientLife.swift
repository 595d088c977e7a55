import CrashBench
import Storage

/// A life of which a full disk refuses acts, and its beginning; any other fault ends it.
struct PatientLife {
    private let bench: Bench
    private let seed: UInt64
    private var life: Life?
    private(set) var refused = 0

    init(of bench: Bench, seed: UInt64) { (self.bench, self.seed) = (bench, seed) }

    mutating func act() async throws {
        do {
            if life == nil { life = try Life(of: bench, seed: seed) }
            try await life!.act()
        } catch is DiskFull { refused += 1 }
    }

    /// Closes the books.
    mutating func end() { life = nil }
}
