import Domain
import Operations
import Storage
import TestSupport
import Testing

@Suite struct VerifyTests {
    /// A wallet with two rentals behind it, one of them stopped.
    private func lively() throws -> (Books, Context, ID<Rental>) {
        let books = try Books(paid: 500, gift: 60)
        let stopped = try books.launch(rate: 44)
        try books.run(stopped, confirmedAt: 9_000)
        try books.bill(stopped, to: 60)
        try books.bill(stopped, to: 1_800)
        try books.stop(stopped, at: 2_810)
        let open = try books.launch(rate: 65)
        try books.run(open, confirmedAt: 9_000)
        try books.bill(open, to: 7_200)
        let context = Context(
            settings: .forTests(dataDirectory: books.folder.path), database: books.database,
            ephemeral: books.database,
            environment: TestWorld().environment)
        return (books, context, open)
    }

    @Test func `sound books have no fault`() throws {
        let (_, context, _) = try lively()
        let report = try context.verify()
        #expect(report.faults == [])
        #expect(report.linesChecked == 8)
    }

    @Test func `empty books have no fault`() throws {
        let books = try Books()
        let context = Context(
            settings: .forTests(dataDirectory: books.folder.path), database: books.database,
            ephemeral: books.database,
            environment: TestWorld().environment)
        #expect(try context.verify().isSound)
    }

    @Test(arguments: [
        (
            "UPDATE account SET balance_cents = balance_cents + 1 WHERE id = <available>",
            "the balances do not sum to zero"
        ),
        (
            "UPDATE account SET balance_cents = balance_cents + 1 WHERE id = <available>",
            "a balance is not the sum"
        ),
        (
            "UPDATE account SET balance_cents = balance_cents + 1 WHERE id = <available>",
            "the newest line is not"
        ),
        ("UPDATE transfer SET amount_cents = 3 WHERE id = 1", "a balance is not the sum"),
        ("UPDATE transfer SET code = 'topup' WHERE id = 1", "a transfer is of a kind"),
        ("UPDATE transfer SET cause = 'other' WHERE id = 1", "money moved without a line"),
        ("UPDATE usage SET cents = 2, hold_cents = 2 WHERE id = 1", "usage is not what the formula says"),
        ("UPDATE usage SET from_s = 61, seconds = 1739 WHERE id = 2", "billed intervals do not chain"),
        ("UPDATE usage SET hold_cents = 0, promo_cents = cents WHERE id = 1", "the transfers of usage"),
        ("UPDATE usage SET rate_cents = 45 WHERE id = 2", "usage is not at the rate"),
        ("UPDATE ledger_entry SET amount_cents = 1 WHERE seq = 3", "a line does not follow"),
        ("UPDATE ledger_entry SET amount_cents = 501 WHERE seq = 2", "a line is not the sum"),
        ("DELETE FROM ledger_entry WHERE seq = 1", "lines are missing"),
        ("UPDATE rental SET billed_s = 9 WHERE id = RENTAL", "a rental's billed seconds"),
        ("UPDATE rental SET confirmed_at_s = 1011 WHERE id = RENTAL", "seconds were billed"),
        ("DROP TRIGGER usage_stays", "the schema is not"),
    ])
    func `a tampered row is found`(_ sql: String, _ claim: String) throws {
        let (books, context, open) = try lively()
        let thief = try Thief(path: books.database.path, keepsRules: false)
        if !sql.contains("DROP") { try thief.dropGuards() }
        try thief.run(books.filled(sql, rental: open))
        let faults = try context.verify().faults
        #expect(faults.contains { $0.hasPrefix(claim) }, "\(faults)")
    }
}
