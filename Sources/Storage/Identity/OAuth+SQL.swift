import Domain

extension ReadSession {
    /// Whom an account elsewhere signs in.
    package func renter(issuer: String, subject: String) throws -> RenterRow? {
        try values(
            """
            SELECT \(RenterRow.columns) FROM renter JOIN oauth_identity ON oauth_identity.user_id = renter.id
            WHERE issuer = \(issuer) AND subject = \(subject)
            """
        ) { try RenterRow(&$0) }.first
    }

    package func hasIdentity(of user: ID<User>, issuer: String) throws -> Bool {
        try row("SELECT 1 AS one FROM oauth_identity WHERE user_id = \(user) AND issuer = \(issuer)") != nil
    }
}

extension Transaction {
    package func addIdentity(
        issuer: String, subject: String, user: ID<User>, email: EmailAddress, at: Instant
    ) throws {
        try run(
            """
            INSERT INTO oauth_identity (issuer, subject, user_id, email, linked_at_s)
            VALUES (\(issuer), \(subject), \(user), \(email.text), \(at))
            """)
    }

    // What follows is in the ephemeral file: a sign-in that is lost is begun again.

    package func addOAuthState(_ hash: [UInt8], provider: String, expiresAt: Instant) throws {
        try run(
            """
            INSERT INTO oauth_state (state_hash, provider, expires_at_s)
            VALUES (\(hash), \(provider), \(expiresAt))
            """)
    }

    /// Uses a state up. False when it is unknown, used, of another provider, or too old.
    package func useOAuthState(_ hash: [UInt8], provider: String, at: Instant) throws -> Bool {
        try run(
            """
            DELETE FROM oauth_state
            WHERE state_hash = \(hash) AND provider = \(provider) AND expires_at_s > \(at)
            """) == 1
    }

    package func forgetOAuthStates(expiredAt: Instant) throws {
        try run("DELETE FROM oauth_state WHERE expires_at_s <= \(expiredAt)")
    }
}
