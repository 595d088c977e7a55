import Domain
import Foundation
import Operations
import Providers
import Storage

/// Renters with pods that run, written straight into the books: what a launch and its first answer leave there.
struct Population {
    var users: [ID<User>] = []
    var rentals: [ID<Rental>] = []
    var labels: [String] = []
}

extension BenchOutlet {
    /// - Parameters:
    ///   - cents: What each wallet has, the holds of its rentals included.
    ///   - start: The first second of every rental.
    ///   - confirmed: How long each is known to have lived; until now unless said otherwise.
    func populate(
        wallets: Int, rentalsEach: Int, cents: Int64, since start: Instant, until confirmed: Instant? = nil
    ) throws -> Population {
        var made = Population()
        let now = try confirmed ?? now()
        let listing = try someListing()
        for first in stride(from: 0, to: wallets, by: 1_000) {
            try context.database.write { books in
                for _ in first..<min(first + 1_000, wallets) {
                    let user = try openWallet(with: cents, at: start, in: books)
                    made.users.append(user)
                    for _ in 0..<rentalsEach {
                        let rental = try run(listing, for: user, since: start, until: now, in: books)
                        made.rentals.append(rental)
                        made.labels.append(try attempt(listing, for: rental, at: start, in: books))
                    }
                }
            }
            try context.database.checkpoint()  // As a meter would; pages are found slowly in a long log.
        }
        return made
    }

    private func openWallet(with cents: Int64, at instant: Instant, in books: any Transaction) throws -> ID<
        User
    > {
        let user = ID<User>(context.environment.newULID())
        try books.run(
            "INSERT INTO renter (id, email, created_at_s) VALUES (\(user), \("\(user)@example.org".lowercased()), 0)"
        )
        try books.openWallet(for: user)
        let line = LedgerLine(id: ID(context.environment.newULID()), kind: .adjustment, user: user)
        let leg = TransferLeg(
            debit: try books.account(.writeoff), credit: try books.account(.available, of: user),
            amount: Cents(cents))
        try books.post(code: .adjust, cause: "adj:\(line.id)", legs: [leg], entry: line, at: instant)
        return user
    }

    private func run(
        _ listing: Listing, for user: ID<User>, since start: Instant, until now: Instant,
        in books: any Transaction
    ) throws -> ID<Rental> {
        let id = ID<Rental>(context.environment.newULID())
        try books.insertRental(
            NewRental(
                id: id, user: user, name: "training", listing: listing, templateID: "ubuntu-24-04",
                wantedRegion: nil, wantedProvider: nil, rate: listing.price, maxRate: listing.price,
                askedAt: start, deadline: start + Seconds(600), autoStopAfter: nil, environment: "{}",
                startupScript: nil, authorizedKeys: ""))
        let line = LedgerLine(id: ID(context.environment.newULID()), kind: .hold, user: user, rental: id)
        try books.post(
            code: .hold, cause: "hold:\(id)",
            legs: books.legs(holding: listing.price.price(of: .hour), for: id, user: user), entry: line,
            at: start)
        try books.run(
            """
            UPDATE rental SET state = 'running', running_at_s = \(start), confirmed_at_s = \(now),
                              host = '127.0.0.1', port = 22, ssh_user = 'root'
             WHERE id = \(id)
            """)
        return id
    }

    private func attempt(
        _ listing: Listing, for rental: ID<Rental>, at start: Instant, in books: any Transaction
    ) throws -> String {
        let label = PodLabel(site: context.settings.site, rental: rental, number: 1).description
        let attempt = try books.insertAttempt(
            of: rental, number: 1, label: label, listing: listing, at: start)
        try books.setOutcome(.created, of: attempt, upstreamID: label)
        return label
    }

    private func someListing() throws -> Listing {
        try context.storeOffers([.bench("bench", cents: 65)], provider: "local")
        let now = try now()
        return try context.database.read { try $0.rentableListings(at: now) }[0]
    }
}
