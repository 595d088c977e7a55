import Domain
import Storage
import TestSupport
import Testing

/// Seals and milestones refuse what the rest of history refuses.
@Suite struct SealAttackTests {
    /// A rental that runs, a seal over all there was, and then one more line.
    private static func sealed() throws -> (Books, ID<Rental>) {
        let books = try Books(paid: 100)
        let rental = try books.launch(rate: 44)
        try books.run(rental, confirmedAt: 9_000)
        _ = try books.database.write { try $0.sealRows(atMost: 1_000, at: Instant(2_000)) }
        try books.adjust(5)
        return (books, rental)
    }

    /// A second seal, with what is given instead of what is right.
    private static func seal(
        replace: Bool = false, id: String = "2", at: Int64 = 3_000, transfers: Int64 = 1, lines: Int64 = 1,
        hash: String = "randomblob(32)", digests: String = "randomblob(16)"
    ) -> String {
        """
        INSERT \(replace ? "OR REPLACE " : "")INTO seal (id, sealed_at_s, account_to, milestone_to, usage_to, transfer_to,
                                                         ledger_entry_to, hash, digests)
        SELECT \(id), \(at), account_to, milestone_to, usage_to, transfer_to + \(transfers), ledger_entry_to + \(lines),
               \(hash), \(digests) FROM seal
        """
    }

    private static let milestone =
        "rental_id, user_id, state, rate_cents, max_rate_cents, asked_at_s, running_at_s, ends_at_s, closed_at_s, stop_reason"

    @Test(arguments: [
        Attack("a seal edited", "final", "UPDATE seal SET hash = randomblob(32)"),
        Attack("a seal removed", "final", "DELETE FROM seal"),
        Attack("a seal replaced", "there already", seal(replace: true, id: "1")),
        Attack("a hash replaced", "there already", seal(replace: true, hash: "hash")),
        Attack("a number ahead", "without a gap", seal(id: "7")),
        Attack("a seal from before", "ended", seal(at: 1_999)),
        Attack("rows sealed again", "ended", seal(transfers: -1)),
        Attack("rows to come", "that are there", seal(lines: 2)),
        Attack("too few digests", "digest of each", seal(digests: "randomblob(8)")),
        Attack("nothing sealed", "digest of each", seal(transfers: 0, lines: 0, digests: "x''")),
        Attack("half a hash", "CHECK", seal(hash: "randomblob(16)")),
        Attack("milestones edited", "final", "UPDATE milestone SET rate_cents = 1"),
        Attack("milestones removed", "final", "DELETE FROM milestone"),
        Attack(
            "a milestone replaced", "there already",
            "INSERT OR REPLACE INTO milestone SELECT * FROM milestone WHERE id = 2"),
        Attack(
            "a milestone again", "there already",
            "INSERT INTO milestone (\(milestone)) SELECT \(milestone) FROM milestone WHERE id = 2"),
        Attack(
            "an invented milestone", "what its rental is",
            "INSERT INTO milestone (\(milestone)) SELECT \(milestone) FROM milestone WHERE id = 1"),
        Attack(
            "a milestone ahead", "there already",
            "INSERT INTO milestone (id, \(milestone)) SELECT 9, \(milestone) FROM milestone WHERE id = 2"),
    ])
    func `no seal or milestone goes past the rules`(_ attack: Attack) throws {
        let (books, rental) = try Self.sealed()
        try expectRefusal(attack, in: books, rental)
    }

    @Test func `every step of a rental is a milestone, and nothing else is`() throws {
        let (books, rental) = try Self.sealed()
        func states() throws -> [String] {
            try Thief(path: books.database.path, keepsRules: true).texts(
                "SELECT state FROM milestone ORDER BY id")
        }
        #expect(try states() == ["provisioning", "running"])
        try books.run(raw: "UPDATE rental SET confirmed_at_s = 9500, host = 'h', log = 'l'")
        #expect(try states() == ["provisioning", "running"])
        try books.stop(rental, at: 1_070)
        #expect(try states() == ["provisioning", "running", "stopping", "stopped"])
    }
}
