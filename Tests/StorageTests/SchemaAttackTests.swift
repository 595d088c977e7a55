import Domain
import Storage
import TestSupport
import Testing

/// The books under attack: 100 cents paid and 60 of gift, a rental at 44 cents an hour that runs from 1010, is
/// confirmed to 9000 and billed for its first minute (one cent): hold 43, gift 16, paid 100.
private func besieged() throws -> (Books, ID<Rental>) {
    let books = try Books(paid: 100, gift: 60)
    let rental = try books.launch(rate: 44)
    try books.run(rental, confirmedAt: 9_000)
    try books.bill(rental, to: 60)
    return (books, rental)
}

@Suite struct SchemaAttackTests {
    @Test(arguments: [
        Attack(
            "a wallet overdrawn", "CHECK", Attack.transfer("'adjust', 'a', 1, <available>, <writeoff>, 101")),
        Attack(
            "a card refund that Stripe did not tell of", "a card refund is one that Stripe told of",
            Attack.transfer("'card_refund', 'rf:re_1', 1, <available>, <stripe>, 1")),
        Attack("a debt overpaid", "CHECK", Attack.transfer("'repay', 'a', 1, <available>, <debt>, 1")),
        Attack(
            "a dispute that Stripe did not tell of", "a dispute is one that Stripe told of",
            Attack.transfer("'dispute', 'dispute:dp_1', 1, <available>, <stripe>, 1")),
        Attack(
            "a top-up that nobody paid", "a top-up is a payment that succeeded",
            Attack.transfer("'topup', 'deposit_pi_1', 1, <stripe>, <available>, 1")),
        Attack(
            "a negative amount", "CHECK", Attack.transfer("'adjust', 'a', 1, <available>, <writeoff>, -1")),
        Attack("nothing moved", "CHECK", Attack.transfer("'adjust', 'a', 1, <available>, <writeoff>, 0")),
        Attack(
            "an account to itself", "no such movement",
            Attack.transfer("'adjust', 'a', 1, <available>, <available>, 1")),
        Attack(
            "an invented movement", "no such movement",
            Attack.transfer("'bonus', 'a', 1, <revenue>, <available>, 1")),
        Attack(
            "gift credit paid out", "no such movement",
            Attack.transfer("'release', 'a', 1, <promo>, <available>, 1")),
        Attack(
            "a cause again", "posted already",
            Attack.transfer("'hold', 'hold:' || RENTAL, 1, <available>, <hold>, 1")),
        Attack(
            "a late leg", "has its line",
            Attack.transfer("'hold', 'hold:' || RENTAL, 9, <available>, <hold>, 1")),
        Attack(
            "a running hold filled", "while its pod is made",
            Attack.transfer("'hold', 'a', 1, <available>, <hold>, 1")),
        Attack(
            "a hold emptied early", "when its rental is closed",
            Attack.transfer("'release', 'a', 1, <hold>, <promo>, 1")),
        Attack(
            "a credit before the end", "closed rental",
            Attack.transfer("'credit', 'credit:' || RENTAL, 1, <revenue>, <promo>, 1")),
        Attack(
            "usage without a usage row", "CHECK",
            Attack.transfer("'usage', 'a', 1, <available>, <revenue>, 1")),
        Attack(
            "a leg of one's own", "posted already",
            """
            INSERT INTO transfer (code, usage_id, leg, debit_id, credit_id, amount_cents, posted_at_s)
            VALUES ('usage', 1, 5, <available>, <revenue>, 1, 2000)
            """),
        Attack(
            "a number ahead", "without a gap",
            """
            INSERT INTO transfer (id, code, cause, leg, debit_id, credit_id, amount_cents, posted_at_s)
            VALUES (900, 'adjust', 'a', 1, <available>, <writeoff>, 1, 2000)
            """),
        Attack(
            "a new kind of movement", "fixed", "INSERT INTO movement VALUES ('bonus', 'revenue', 'available')"
        ),
        Attack("a movement removed", "fixed", "DELETE FROM movement"),
        Attack(
            "a balance written", "new transfer",
            "UPDATE account SET balance_cents = 9999 WHERE id = <available>"),
        Attack(
            "a transfer counted twice", "new transfer",
            "UPDATE account SET balance_cents = balance_cents + 100 WHERE id = <available>"),
        Attack(
            "an account given away", "new transfer",
            "UPDATE account SET kind = 'promo' WHERE id = <available>"),
        Attack(
            "a rich account", "opens empty", "INSERT INTO account (kind, balance_cents) VALUES ('other', 5)"),
        Attack(
            "a second wallet account", "open already",
            "INSERT OR REPLACE INTO account (kind, user_id) VALUES ('available', USER)"),
        Attack(
            "a second house account", "open already",
            "INSERT OR REPLACE INTO account (kind) VALUES ('revenue')"),
        Attack(
            "a second hold", "open already",
            "INSERT OR REPLACE INTO account (kind, user_id, rental_id) VALUES ('hold', USER, RENTAL)"),
        Attack("an account removed", "stays", "DELETE FROM account WHERE kind = 'fees'"),
        Attack(
            "a wallet opened again", "open already", "INSERT OR REPLACE INTO wallet (user_id) VALUES (USER)"),
        Attack("a wallet removed", "stays", "DELETE FROM wallet"),
    ])
    func `no transfer, account or wallet goes past the rules`(_ attack: Attack) throws {
        let (books, rental) = try besieged()
        try expectRefusal(attack, in: books, rental)
    }

    @Test(arguments: [
        Attack("cents off the formula", "CHECK", Attack.usage(60, 120, hold: 1)),
        Attack("the same interval", "posted already", Attack.usage(0, 60, hold: 1)),
        Attack("a gap", "goes on", Attack.usage(61, 90, hold: 0)),
        Attack("an overlap", "goes on", Attack.usage(30, 90, hold: 1)),
        Attack("another rate", "rate of its rental", Attack.usage(60, 3_600, hold: 32, rate: 33)),
        Attack("seconds of the future", "once they are over", Attack.usage(60, 90, hold: 0, at: 1_080)),
        Attack(
            "unconfirmed seconds", "once they are over",
            Attack.usage(60, 8_000, hold: 43, promo: 16, paid: 38, at: 20_000)),
        Attack(
            "the wallet before the hold", "hold is spent first", Attack.usage(60, 3_600, hold: 40, promo: 3)),
        Attack(
            "paid money before gift credit", "gift credit is spent",
            Attack.usage(60, 7_200, hold: 43, paid: 44)),
        Attack("more than the hold has", "CHECK", Attack.usage(60, 7_200, hold: 87)),
        Attack("more than the gift has", "CHECK", Attack.usage(60, 7_200, hold: 43, promo: 44)),
        Attack("usage dated ahead", "ahead of its time", Attack.usage(60, 90, hold: 0, at: 20_001)),
        Attack("no seconds", "CHECK", Attack.usage(60, 60, hold: 0)),
        Attack("a number ahead", "without a gap", Attack.usage(60, 90, hold: 0, id: "7")),
        Attack("usage replaced", "posted already", Attack.usage(60, 90, hold: 0, id: "1", replace: true)),
        Attack("usage edited", "final", "UPDATE usage SET cents = 0"),
        Attack("usage removed", "final", "DELETE FROM usage"),
        Attack("transfers edited", "final", "UPDATE transfer SET amount_cents = 1"),
        Attack("transfers removed", "final", "DELETE FROM transfer"),
        Attack(
            "a transfer replaced", "posted already",
            """
            INSERT OR REPLACE INTO transfer (id, code, cause, leg, debit_id, credit_id, amount_cents, posted_at_s)
            VALUES (1, 'adjust', 'a', 1, <available>, <writeoff>, 1, 2000)
            """),
        Attack(
            "a cause replaced", "posted already",
            Attack.transfer("'hold', 'hold:' || RENTAL, 1, <available>, <hold>, 1", replace: true)),
    ])
    func `usage is the formula over confirmed seconds, once`(_ attack: Attack) throws {
        let (books, rental) = try besieged()
        try books.run(raw: "INSERT INTO clock VALUES (1, 'a', 0, 20000000, 0)")
        try expectRefusal(attack, in: books, rental)
    }

    @Test(arguments: [
        Attack(
            "figures the wallet has not", "what its wallet has", Attack.line("adjustment", "a", 1, 117, 43)),
        Attack("a jump", "goes on where", Attack.line("adjustment", "a", 1, 116, 43)),
        Attack("a line of nothing", "sum of its transfers", Attack.line("adjustment", "a", 0, 116, 43)),
        Attack("a cause again", "posted already", Attack.line("hold", "hold:' || RENTAL || '", 0, 116, 43)),
        Attack(
            "a line replaced", "posted already",
            """
            INSERT OR REPLACE INTO ledger_entry (seq, id, user_id, type, cause, amount_cents, available_after_cents,
                                                 reserved_after_cents, posted_at_s)
            VALUES (1, 'led_x', USER, 'refund', 'a', 0, 116, 43, 2000)
            """),
        Attack("lines edited", "final", "UPDATE ledger_entry SET amount_cents = 0"),
        Attack("lines removed", "final", "DELETE FROM ledger_entry"),
        Attack(
            "an event replaced", "never",
            """
            INSERT OR REPLACE INTO event (seq, id, type, message, actor, at_s)
            VALUES (1, 'evt_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'b', '', 'x', 0)
            """),
    ])
    func `a line is true and final`(_ attack: Attack) throws {
        let (books, rental) = try besieged()
        try books.run(
            raw: """
                INSERT INTO event (seq, id, type, message, actor, at_s)
                VALUES (1, 'evt_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'a', '', 'x', 0)
                """)
        try expectRefusal(attack, in: books, rental)
    }

    @Test(arguments: [
        Attack("a new owner", "owner", "UPDATE rental SET user_id = 'usr_x'"),
        Attack("a new time of asking", "owner", "UPDATE rental SET asked_at_s = 1"),
        Attack("a new rate", "price", "UPDATE rental SET rate_cents = 1"),
        Attack("a new limit", "price", "UPDATE rental SET max_rate_cents = 100"),
        Attack("a new start", "set once", "UPDATE rental SET running_at_s = 1005"),
        Attack("a confirmation taken back", "set once", "UPDATE rental SET confirmed_at_s = 8000"),
        Attack("billed seconds written", "with usage", "UPDATE rental SET billed_s = 0"),
        Attack("back to provisioning", "from that state", "UPDATE rental SET state = 'provisioning'"),
        Attack("an end without a second", "CHECK", "UPDATE rental SET state = 'stopping'"),
        Attack(
            "stopped with a full hold", "empty hold",
            "UPDATE rental SET state = 'stopped', ends_at_s = 9000, closed_at_s = 9000"),
        Attack(
            "failed with a full hold", "empty hold",
            "UPDATE rental SET state = 'failed', ends_at_s = 9000, closed_at_s = 9000"),
        Attack("failed and open", "empty hold", "UPDATE rental SET state = 'failed', ends_at_s = 9000"),
        Attack("a rental replaced", "there already", "INSERT OR REPLACE INTO rental SELECT * FROM rental"),
        Attack("a rental removed", "stays", "DELETE FROM rental"),
    ])
    func `a rental keeps its terms`(_ attack: Attack) throws {
        let (books, rental) = try besieged()
        try expectRefusal(attack, in: books, rental)
    }

    @Test(arguments: [
        Attack("waking it", "from that state", "UPDATE rental SET state = 'running'"),
        Attack("a later end", "set once", "UPDATE rental SET ends_at_s = 9000"),
        Attack("opening it again", "set once", "UPDATE rental SET closed_at_s = NULL"),
        Attack("billing it", "not billed now", Attack.usage(60, 90, hold: 0)),
        Attack(
            "a credit beyond the charge", "at most the charge",
            Attack.transfer("'credit', 'credit:' || RENTAL, 1, <revenue>, <promo>, 2")),
        Attack(
            "gift credit credited as paid", "never becomes paid",
            Attack.transfer("'credit', 'credit:' || RENTAL, 1, <revenue>, <available>, 1")),
        Attack(
            "a credit to another cause", "closed rental",
            Attack.transfer("'credit', 'credit:other', 1, <revenue>, <promo>, 1")),
    ])
    func `an ended rental stays ended`(_ attack: Attack) throws {
        let (books, rental) = try besieged()
        try books.stop(rental, at: 1_070)
        try expectRefusal(attack, in: books, rental)
    }

    @Test func `a rental that does not run is not billed`() throws {
        let books = try Books(paid: 100)
        let rental = try books.launch(rate: 44)
        try expectRefusal(Attack("", "not billed now", Attack.usage(0, 60, hold: 1)), in: books, rental)
    }

    @Test(arguments: [
        Attack("the clock set back", "never goes back", "UPDATE clock SET billing_ms = 999"),
        Attack("a second clock", "one clock", "INSERT OR REPLACE INTO clock VALUES (1, 'b', 0, 0, 0)"),
        Attack("a stolen lease", "greater epoch", "UPDATE lease SET holder = 'b'"),
        Attack(
            "a replaced lease", "there already", "INSERT OR REPLACE INTO lease VALUES ('meter', 1, 'b', 0)"),
        Attack("an order lost", "until it is carried out", "DELETE FROM effect"),
        Attack("an order changed", "keeps its terms", "UPDATE effect SET kind = 'allocate'"),
        Attack("a label changed", "keeps its terms", "UPDATE attempt SET label = 'other'"),
        Attack(
            "a label again", "there already",
            "INSERT OR REPLACE INTO attempt SELECT NULL, rental_id, 2, label, listing_id, provider, offer_key, rate_cents, outcome, NULL, NULL, 0, NULL FROM attempt"
        ),
        Attack(
            "a dearer attempt", "accepted",
            "INSERT INTO attempt SELECT NULL, rental_id, 2, 'new', listing_id, provider, offer_key, 45, outcome, NULL, NULL, 0, NULL FROM attempt"
        ),
        Attack("an attempt removed", "stays", "DELETE FROM attempt"),
    ])
    func `clock, lease, orders and labels hold`(_ attack: Attack) throws {
        let (books, rental) = try besieged()
        for sql in [
            "INSERT INTO clock VALUES (1, 'a', 5, 1000, 1000)",
            "INSERT INTO lease VALUES ('meter', 4, 'a', 0)",
            "INSERT INTO attempt VALUES (1, RENTAL, 1, 'outlet-1', 'lst_1', 'local', 'a', 44, 'pending', NULL, NULL, 0, NULL)",
            "INSERT INTO effect VALUES (1, 'terminate', RENTAL, 1, 0, 0, NULL, 0, NULL)",
        ] { try books.run(raw: sql, rental: rental) }
        try expectRefusal(attack, in: books, rental)
    }

    @Test func `a read session cannot write`() throws {
        let books = try Books(paid: 100)
        #expect(throws: (any Error).self) {
            try books.database.read { try $0.rows("INSERT INTO wallet (user_id) VALUES ('x')") }
        }
    }
}
