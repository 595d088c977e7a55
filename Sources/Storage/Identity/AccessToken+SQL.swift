import Domain

/// A row of `access_token`, without its secret's hash.
package struct AccessTokenRow: Hashable, Sendable {
    package let id: ID<AccessToken>
    package let name: String
    package let scopes: Scopes
    package let createdAt: Instant
    package let expiresAt: Instant?
    package let usedAt: Instant?
    package let usedFrom: String?

    package init(id: ID<AccessToken>, name: String, scopes: Scopes, createdAt: Instant, expiresAt: Instant?) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        usedAt = nil
        usedFrom = nil
    }

    fileprivate init(_ row: Row) {
        id = row.id("token_id")
        name = row.text("name")
        scopes = Scopes(text: row.text("scopes"))!  // The schema knows these seven.
        createdAt = row.instant("made_at_s")
        expiresAt = row.optionalInstant("expires_at_s")
        usedAt = row.optionalInstant("used_at_s")
        usedFrom = row.optionalText("used_from")
    }

    fileprivate static let columns: SQL = """
        access_token.id AS token_id, name, scopes, access_token.created_at_s AS made_at_s, expires_at_s, used_at_s,
        used_from
        """
}

extension ReadSession {
    /// The token with this secret and its renter, unless it has expired or the account is closed.
    package func accessToken(secretHash: [UInt8], at: Instant) throws -> (AccessTokenRow, RenterRow)? {
        try row(
            """
            SELECT \(AccessTokenRow.columns), renter.id AS id, email, renter.created_at_s AS created_at_s, closed_at_s
              FROM access_token JOIN renter ON renter.id = access_token.user_id
             WHERE secret_hash = \(secretHash) AND (expires_at_s IS NULL OR expires_at_s > \(at))
               AND closed_at_s IS NULL
            """
        ).map { (AccessTokenRow($0), RenterRow($0)) }
    }

    /// The user's tokens, expired ones too, newest first.
    package func accessTokens(of user: ID<User>) throws -> [AccessTokenRow] {
        try rows(
            """
            SELECT \(AccessTokenRow.columns) FROM access_token
             WHERE user_id = \(user) ORDER BY created_at_s DESC, id DESC
            """
        ).map(AccessTokenRow.init)
    }
}

extension Transaction {
    package func addAccessToken(_ token: AccessTokenRow, secretHash: [UInt8], for user: ID<User>) throws {
        try run(
            """
            INSERT INTO access_token (id, user_id, name, secret_hash, scopes, created_at_s, expires_at_s)
            VALUES (\(token.id), \(user), \(token.name), \(secretHash), \(token.scopes.text), \(token.createdAt),
                    \(token.expiresAt))
            """)
    }

    /// Notes a use. Does nothing when the token was revoked in the meantime.
    package func touchAccessToken(_ id: ID<AccessToken>, at: Instant, from address: String?) throws {
        try run("UPDATE access_token SET used_at_s = \(at), used_from = \(address) WHERE id = \(id)")
    }

    /// False when the user has no such token.
    package func deleteAccessToken(_ id: ID<AccessToken>, of user: ID<User>) throws -> Bool {
        try run("DELETE FROM access_token WHERE id = \(id) AND user_id = \(user)") == 1
    }

    package func deleteAccessTokens(of user: ID<User>) throws {
        try run("DELETE FROM access_token WHERE user_id = \(user)")
    }
}
