import Domain
import Operations
import Storage
import TestSupport
import Testing

/// Somebody with the file changes what is known of payments; the books do not fit it any more.
@Suite struct `Verify, of payments,` {
    private let till: Till

    init() throws {
        till = try Till()
        try till.take(till.paid(till.ask(2_000), 2_000, intent: "pi_1"))
        try till.take(till.refunded("re_1", 300, intent: "pi_1"))
        try till.take(till.refunded("re_2", 200, intent: "pi_1"))
        try till.take(till.refunded("re_2", 200, intent: "pi_1", status: "failed"))
        try till.take(till.disputed("dp_1", 1_700, intent: "pi_1", "funds_withdrawn"))
        try till.take(till.disputed("dp_2", 100, intent: "pi_1", "funds_withdrawn"))
        try till.take(till.disputed("dp_2", 100, intent: "pi_1", "funds_reinstated"))
    }

    @Test func `finds nothing wrong with what Stripe told`() throws {
        #expect(try till.context.verify().faults.isEmpty)
    }

    @Test(arguments: [
        ("UPDATE payment SET amount_cents = 1999", "transfer"),
        ("UPDATE payment SET state = 'pending'", "transfer"),
        ("UPDATE payment_refund SET amount_cents = 301 WHERE id = 're_1'", "payment_refund"),
        ("UPDATE payment_refund SET failed = 0 WHERE id = 're_2'", "transfer"),
        ("UPDATE payment_refund SET id = 're_9' WHERE id = 're_1'", "transfer"),
        ("INSERT INTO payment_refund VALUES ('re_3', 'pi_1', 5, 0)", "payment_refund"),
        ("UPDATE payment_dispute SET withdrawn = 0 WHERE id = 'dp_1'", "payment_dispute"),
        ("UPDATE payment_dispute SET reinstated = 1 WHERE id = 'dp_1'", "payment_dispute"),
        ("UPDATE payment_dispute SET amount_cents = 99 WHERE id = 'dp_2'", "payment_dispute"),
        ("DELETE FROM payment_dispute WHERE id = 'dp_2'", "transfer"),
    ])
    func `names what does not fit`(change: String, table: String) throws {
        let thief = try Thief(path: till.context.database.path, keepsRules: false)
        try thief.dropGuards()
        try thief.run(change)
        let found = try till.context.verify().faults.map(\.table).filter { $0 != "schema" }
        #expect(found == [table])
    }
}
