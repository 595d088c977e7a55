import Domain

/// A row of `renter`.
package struct RenterRow: Hashable, Sendable {
    package let id: ID<User>
    package let email: String
    package let createdAt: Instant
    package let closedAt: Instant?

    init(_ row: inout CellsInOrder) throws {
        id = try row.id()
        email = try row.text()
        createdAt = try row.instant()
        closedAt = try row.optionalInstant()
    }

    /// In the order in which they are read.
    static let columns: SQL = "renter.id, renter.email, renter.created_at_s, renter.closed_at_s"
}

extension ReadSession {
    /// Everybody, oldest first.
    package func renters() throws -> [RenterRow] {
        try renters(where: "1 = 1 ORDER BY id")
    }

    package func renter(_ id: ID<User>) throws -> RenterRow? {
        try renters(where: "id = \(id)").first
    }

    package func renter(email: EmailAddress) throws -> RenterRow? {
        try renters(where: "email = \(email.text)").first
    }

    private func renters(where condition: SQL) throws -> [RenterRow] {
        try values("SELECT \(RenterRow.columns) FROM renter WHERE \(condition)") { try RenterRow(&$0) }
    }
}

/// What there is of an address.
package struct AddressStanding: Hashable, Sendable {
    package let hasAccount: Bool
    package let isClosed: Bool  // The account.
    package let isInvited: Bool
}

extension ReadSession {
    /// Always one row of three numbers: reading it takes as long whatever it says.
    package func standing(of email: EmailAddress, at now: Instant) throws -> AddressStanding {
        let row = try row(
            """
            SELECT EXISTS (SELECT 1 FROM renter WHERE email = \(email.text)) AS known,
                   EXISTS (SELECT 1 FROM renter WHERE email = \(email.text) AND closed_at_s IS NOT NULL) AS closed,
                   EXISTS (SELECT 1 FROM invitation WHERE email = \(email.text) AND expires_at_s > \(now)) AS invited
            """)!
        return AddressStanding(
            hasAccount: row.int("known") == 1, isClosed: row.int("closed") == 1,
            isInvited: row.int("invited") == 1)
    }
}

extension Transaction {
    package func addRenter(_ id: ID<User>, email: EmailAddress, at: Instant) throws {
        try run("INSERT INTO renter (id, email, created_at_s) VALUES (\(id), \(email.text), \(at))")
    }

    /// Closes the account and ends its sign-ins, links and codes. False when there is none, or it is closed already.
    package func closeRenter(_ id: ID<User>, at: Instant) throws -> Bool {
        guard try run("UPDATE renter SET closed_at_s = \(at) WHERE id = \(id) AND closed_at_s IS NULL") == 1
        else {
            return false
        }
        try deleteSignIns(of: id)
        return true
    }
}
