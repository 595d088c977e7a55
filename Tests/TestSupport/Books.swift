import Domain
import Storage

/// Books of one wallet in a real database, moved by the same methods as the outlet's operations.
/// Time is written into the calls: a rental is asked for at 1000 and runs from 1010.
package final class Books {
    package let folder: ScratchFolder
    package let database: Database
    package let user: ID<User>
    private let world = TestWorld()

    /// An empty wallet, or one with `paid` and `gift` cents.
    package init(paid: Int64 = 0, gift: Int64 = 0) throws {
        folder = try ScratchFolder()
        database = try Database(path: folder["outlet.db"])
        user = ID(world.newULID())
        try database.migrate()
        try addRenter(user, email: "ada@example.org")
        if gift > 0 { try self.gift(gift) }
        if paid > 0 { try adjust(paid) }
    }

    package func newID<Subject: Identified>() -> ID<Subject> { ID(world.newULID()) }

    package func addRenter(_ user: ID<User>, email: String) throws {
        try database.write { books in
            try books.run("INSERT INTO renter (id, email, created_at_s) VALUES (\(user), \(email), 0)")
            try books.openWallet(for: user)
        }
    }

    /// The operator puts `cents` in, or takes them out.
    package func adjust(_ cents: Int64) throws {
        let line = LedgerLine(id: newID(), kind: .adjustment, user: user)
        try database.write { books in
            let (house, paid) = (try books.account(.writeoff), try books.account(.available, of: user))
            try books.post(
                code: .adjust, cause: "adj:\(line.id)",
                legs: [
                    TransferLeg(debit: house, credit: paid, amount: Cents(max(cents, 0))),
                    TransferLeg(debit: paid, credit: house, amount: Cents(max(-cents, 0))),
                ], entry: line, at: Instant(900))
        }
    }

    package func gift(_ cents: Int64) throws {
        let line = LedgerLine(id: newID(), kind: .adjustment, user: user)
        try database.write { books in
            let leg = TransferLeg(
                debit: try books.account(.promoGrant), credit: try books.account(.promo, of: user),
                amount: Cents(cents))
            try books.post(
                code: .gift, cause: "promo:\(user):\(line.id)", legs: [leg], entry: line, at: Instant(900))
        }
    }

    /// A rental that is being made, with an hour in its hold.
    package func launch(rate: Int64) throws -> ID<Rental> {
        let rental: ID<Rental> = newID()
        let rate = HourlyRate(centsPerHour: rate)!
        let line = LedgerLine(id: newID(), kind: .hold, user: user, rental: rental)
        try database.write { books in
            try books.insertRental(newRental(rental, rate: rate))
            try books.post(
                code: .hold, cause: "hold:\(rental)",
                legs: books.legs(holding: rate.price(of: .hour), for: rental, user: user), entry: line,
                at: Instant(1_000))
        }
        return rental
    }

    /// The pod answers at 1010, and is confirmed until `confirmed`.
    package func run(_ rental: ID<Rental>, confirmedAt confirmed: Int64) throws {
        try database.write {
            _ = try $0.run(
                """
                UPDATE rental SET state = 'running', running_at_s = 1010, confirmed_at_s = \(confirmed)
                 WHERE id = \(rental)
                """)
        }
    }

    /// Bills up to second `end` of the rental.
    package func bill(_ rental: ID<Rental>, to end: Int64) throws {
        try database.write { books in
            let open = try books.openRentals(of: user).first { $0.id == rental }!
            try books.insertUsage(
                of: open, user: user, to: Seconds(end), entry: newID(),
                at: max(open.confirmedAt, Instant(1_010 + end)))
        }
    }

    /// Ends the rental at `end`, releases its hold, and closes it for ever.
    package func stop(_ rental: ID<Rental>, at end: Int64) throws {
        let line = LedgerLine(id: newID(), kind: .release, user: user, rental: rental)
        try database.write { books in
            try books.run(
                """
                UPDATE rental SET state = 'stopping', ends_at_s = \(end), closed_at_s = \(end), stop_reason = 'user'
                 WHERE id = \(rental)
                """)
            try books.post(
                code: .release, cause: "rel:\(rental)", legs: books.legs(releasing: rental, user: user),
                entry: line,
                at: Instant(end))
            try books.run("UPDATE rental SET state = 'stopped' WHERE id = \(rental)")
        }
    }

    /// One statement as it stands, past the outlet's own connections: only the schema can refuse it.
    /// `USER`, `RENTAL` and the kinds of accounts in angle brackets are put in: `<available>`, `<hold>`, `<revenue>`.
    package func run(raw text: String, rental: ID<Rental>? = nil) throws {
        try Thief(path: database.path, keepsRules: true).run(filled(text, rental: rental))
    }

    package func filled(_ text: String, rental: ID<Rental>? = nil) -> String {
        text.replacing("USER", with: "'\(user)'").replacing("RENTAL", with: "'\(rental?.text ?? "")'")
            .replacing(#/<([a-z_]+)>/#) { kind in
                "(SELECT id FROM account WHERE kind = '\(kind.output.1)' ORDER BY user_id = '\(user)' DESC LIMIT 1)"
            }
    }

    package func funds() throws -> WalletFunds { try database.read { try $0.funds(of: user) } }

    private func newRental(_ id: ID<Rental>, rate: HourlyRate) -> NewRental {
        NewRental(
            id: id, user: user, name: nil,
            listing: Listing(
                id: newID(), provider: "local", offerKey: "a", family: "rtx-4090", model: "RTX_4090_24GB",
                vramGB: 24,
                gpuCount: 1, price: rate, region: "US-East", regionCode: "US", interconnect: nil,
                availability: .available, reliability: nil, note: nil, observedAt: Instant(1_000)),
            templateID: "ubuntu-24-04", wantedRegion: nil, wantedProvider: nil, rate: rate, maxRate: rate,
            askedAt: Instant(1_000), deadline: Instant(1_600), autoStopAfter: nil, environment: "{}",
            startupScript: nil,
            authorizedKeys: "")
    }
}
