import ArgumentParser
import Domain
import Operations
import Storage
import TestSupport

/// Settles wallets in one transaction, as a turn of the meter does.
struct DriveSettlement: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Settles some wallets that are due, for whoever counts what that takes.",
        shouldDisplay: false)

    @Option(help: "The outlet's configuration.")
    var config: String

    @Option(help: "How many wallets.")
    var times: Int

    func run() throws {
        let context = try Context.standingStill(config: config)
        try context.database.write { books in
            let now = try context.stamp(in: books)
            let due = try books.rows(
                """
                SELECT DISTINCT user_id FROM rental
                 WHERE state = 'running' AND confirmed_at_s >= running_at_s + billed_s + 3600 LIMIT \(times)
                """)
            guard due.count == times else { throw TestFault("\(due.count) wallets are due") }
            for row in due { try context.settle(row.id("user_id"), at: now, in: books) }
        }
    }
}
