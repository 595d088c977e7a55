import Domain

/// A row of `sign_in` with the renter whom it signs in.
package struct SignInRow: Hashable, Sendable {
    package let id: ID<Session>
    package let renter: RenterRow
    package let createdAt: Instant
    package let seenAt: Instant
    package let expiresAt: Instant
    package let endsAt: Instant  // It slides no further.
    package let userAgent: String?
    package let address: String?

    fileprivate init(_ row: inout CellsInOrder) throws {
        id = try row.id()
        createdAt = try row.instant()
        seenAt = try row.instant()
        expiresAt = try row.instant()
        endsAt = try row.instant()
        userAgent = try row.optionalText()
        address = try row.optionalText()
        renter = try RenterRow(&row)
    }

    /// In the order in which they are read.
    fileprivate static let columns: SQL = """
        sign_in.id, sign_in.created_at_s, seen_at_s, expires_at_s, ends_at_s, user_agent, address, \(RenterRow.columns)
        """
}

extension ReadSession {
    /// The sign-in with this secret, unless it has expired or its renter's account is closed.
    package func signIn(secretHash: [UInt8], at: Instant) throws -> SignInRow? {
        try signIns(where: "secret_hash = \(secretHash) AND expires_at_s > \(at) AND closed_at_s IS NULL")
            .first
    }

    /// Those of a user that are good now, newest first.
    package func signIns(of user: ID<User>, at: Instant) throws -> [SignInRow] {
        try signIns(
            where: """
                user_id = \(user) AND expires_at_s > \(at) ORDER BY sign_in.created_at_s DESC, sign_in.id DESC
                """)
    }

    private func signIns(where condition: SQL) throws -> [SignInRow] {
        try values(
            """
            SELECT \(SignInRow.columns) FROM sign_in JOIN renter ON renter.id = sign_in.user_id WHERE \(condition)
            """
        ) { try SignInRow(&$0) }
    }
}

extension Transaction {
    package func addSignIn(
        _ id: ID<Session>, user: ID<User>, secretHash: [UInt8], at: Instant, expiresAt: Instant,
        endsAt: Instant,
        userAgent: String?, address: String?
    ) throws {
        try run(
            """
            INSERT INTO sign_in (id, user_id, secret_hash, created_at_s, seen_at_s, expires_at_s, ends_at_s,
                                 user_agent, address)
            VALUES (\(id), \(user), \(secretHash), \(at), \(at), \(expiresAt), \(endsAt), \(userAgent), \(address))
            """)
    }

    /// Slides a sign-in. Does nothing when it was ended in the meantime.
    package func touchSignIn(_ id: ID<Session>, seenAt: Instant, expiresAt: Instant) throws {
        try run("UPDATE sign_in SET seen_at_s = \(seenAt), expires_at_s = \(expiresAt) WHERE id = \(id)")
    }

    /// Answers whose it was; nil when it was ended already.
    package func deleteSignIn(_ id: ID<Session>) throws -> ID<User>? {
        let user: ID<User>? = try row("SELECT user_id FROM sign_in WHERE id = \(id)")?.id("user_id")
        try run("DELETE FROM sign_in WHERE id = \(id)")
        return user
    }

    /// False when the user has no such sign-in.
    package func deleteSignIn(_ id: ID<Session>, of user: ID<User>) throws -> Bool {
        try run("DELETE FROM sign_in WHERE id = \(id) AND user_id = \(user)") == 1
    }

    /// All sign-ins of a user, and the links and the code that could become one.
    package func deleteSignIns(of user: ID<User>) throws {
        try run("DELETE FROM sign_in WHERE user_id = \(user)")
        try run("DELETE FROM sign_in_link WHERE user_id = \(user)")
        try run("DELETE FROM sign_in_code WHERE email = (SELECT email FROM renter WHERE id = \(user))")
    }

    package func deleteSignIn(secretHash: [UInt8]) throws {
        try run("DELETE FROM sign_in WHERE secret_hash = \(secretHash)")
    }

    package func addSignInLink(tokenHash: [UInt8], user: ID<User>, expiresAt: Instant) throws {
        try run(
            """
            INSERT INTO sign_in_link (token_hash, user_id, expires_at_s)
            VALUES (\(tokenHash), \(user), \(expiresAt))
            """)
    }

    /// Uses a link up. Nil when it is unknown, used, expired, or its renter's account is closed.
    package func useSignInLink(tokenHash: [UInt8], at: Instant) throws -> RenterRow? {
        let used = try run(
            """
            UPDATE sign_in_link SET used_at_s = \(at)
            WHERE token_hash = \(tokenHash) AND used_at_s IS NULL AND expires_at_s > \(at)
            """)
        guard used == 1 else { return nil }
        return try values(
            """
            SELECT \(RenterRow.columns) FROM renter JOIN sign_in_link ON sign_in_link.user_id = renter.id
            WHERE token_hash = \(tokenHash) AND closed_at_s IS NULL
            """
        ) { try RenterRow(&$0) }.first
    }

    /// Forgets sign-ins and links whose time is over.
    package func forgetExpiredSignIns(at: Instant) throws {
        try run("DELETE FROM sign_in WHERE expires_at_s <= \(at)")
        try run("DELETE FROM sign_in_link WHERE expires_at_s <= \(at)")
    }
}
