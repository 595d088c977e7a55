import Domain
import Storage

/// How long the daily figures of families are kept.
private let historyRetention = Seconds(400 * 86_400)

extension Context {
    /// What families cost on the last `days` days, today included, by family and day, oldest first. A day on which
    /// nothing could be rented is left out.
    /// - Parameter family: nil for all.
    package func priceHistory(of family: String?, days: Int) throws -> [FamilyDay] {
        precondition(days >= 1, "a history has days")
        return try database.read { session in
            let first = try now(in: session).day - Seconds(Int64(days - 1) * Seconds.day.count)
            return try session.familyDays(from: first, family: family)
                .sorted { ($0.family, $0.day) < ($1.family, $1.day) }
        }
    }

    /// Makes one row of each family's day that is over, and forgets what nobody asks for any more.
    func tidyCatalog(at now: Instant, in transaction: any Transaction) throws {
        try transaction.foldPriceHistory(before: now.day, keeping: historyRetention)
        try transaction.forgetUsualCosts(before: now.hour - PriceBands.memory)
        try transaction.forgetBlocks(before: now)
        try transaction.forgetUnmapped(unseenSince: now - Seconds(30 * 86_400))
    }
}
