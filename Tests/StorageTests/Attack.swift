import Domain
import Storage
import TestSupport
import Testing

/// An attack, and a word of the reason for which it must be refused.
struct Attack: CustomTestStringConvertible, Sendable {
    let name: String
    let sql: String
    let reason: String

    var testDescription: String { name }

    init(_ name: String, _ reason: String, _ sql: String) {
        self.name = name
        self.sql = sql
        self.reason = reason
    }

    static func transfer(_ values: String, replace: Bool = false) -> String {
        """
        INSERT \(replace ? "OR REPLACE " : "")INTO transfer (code, cause, leg, debit_id, credit_id, amount_cents, posted_at_s)
        VALUES (\(values), 2000)
        """
    }

    /// Bills [from, to) of the rental at 44 cents an hour.
    static func usage(
        _ from: Int64, _ to: Int64, hold: Int64, promo: Int64 = 0, paid: Int64 = 0, rate: Int64 = 44,
        at: Int64 = 9_000, id: String = "NULL", replace: Bool = false
    ) -> String {
        """
        INSERT \(replace ? "OR REPLACE " : "")INTO usage (id, rental_id, from_s, to_s, seconds, rate_cents, cents,
               hold_cents, promo_cents, available_cents, entry_id, posted_at_s)
        VALUES (\(id), RENTAL, \(from), \(to), \(to - from), \(rate), \(hold + promo + paid),
                \(hold), \(promo), \(paid), 'led_x', \(at))
        """
    }

    static func line(_ type: String, _ cause: String, _ amount: Int64, _ available: Int64, _ reserved: Int64)
        -> String
    {
        """
        INSERT INTO ledger_entry (id, user_id, type, cause, amount_cents, available_after_cents, reserved_after_cents,
                                  posted_at_s)
        VALUES ('led_x', USER, '\(type)', '\(cause)', \(amount), \(available), \(reserved), 2000)
        """
    }
}

/// The schema refuses the attack for its reason, a connection of the outlet for whatever reason, and no cent moves.
func expectRefusal(_ attack: Attack, in books: Books, _ rental: ID<Rental>) throws {
    let before = try books.funds()
    do {
        try books.run(raw: attack.sql, rental: rental)
        Issue.record("went through")
    } catch {
        #expect("\(error)".contains(attack.reason), "refused for another reason: \(error)")
    }
    #expect(throws: (any Error).self, "went through a connection of the outlet") {
        try books.database.write { try $0.run(SQL(stringLiteral: books.filled(attack.sql, rental: rental))) }
    }
    #expect(try books.funds() == before)
}
