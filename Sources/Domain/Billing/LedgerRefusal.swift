/// Why the ledger refuses a posting, by precedence: the first that applies is the one reported.
package enum LedgerRefusal: Error, Hashable, Sendable {
    /// The cause is posted already, with other content.
    case causeReused(String)
    /// An account that is never overdrawn has less than the posting takes from it.
    case insufficientBalance(available: Cents)
}
