import Glibc
import Operations

extension Lease {
    /// The lease for a meter that takes the place of one that this process has just let go. A program that another test
    /// starts holds the old one's lock, too, for the moment between fork and exec: so it is asked for a while.
    package static func takeAgain(in context: Context) throws -> Lease {
        for _ in 0..<500 {
            do { return try take(in: context) } catch LeaseRefusal.heldHere { usleep(10_000) }
        }
        return try take(in: context)
    }
}
