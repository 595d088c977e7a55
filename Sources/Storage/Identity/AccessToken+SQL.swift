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

    fileprivate init(_ row: inout CellsInOrder) throws {
        id = try row.id()
        name = try row.text()
        scopes = try Scopes(text: row.text())!  // The schema knows these seven.
        createdAt = try row.instant()
        expiresAt = try row.optionalInstant()
        usedAt = try row.optionalInstant()
        usedFrom = try row.optionalText()
    }

    /// In the order in which they are read.
    fileprivate static let columns: SQL = """
        access_token.id, name, scopes, access_token.created_at_s, expires_at_s, used_at_s, used_from
        """
}

extension ReadSession {
    /// The token with this secret and its renter, unless it has expired or the account is closed.
    package func accessToken(secretHash: [UInt8], at: Instant) throws -> (AccessTokenRow, RenterRow)? {
        try values(
            """
            SELECT \(AccessTokenRow.columns), \(RenterRow.columns)
              FROM access_token JOIN renter ON renter.id = access_token.user_id
             WHERE secret_hash = \(secretHash) AND (expires_at_s IS NULL OR expires_at_s > \(at))
               AND closed_at_s IS NULL
            """
        ) { (try AccessTokenRow(&$0), try RenterRow(&$0)) }.first
    }

    /// The user's tokens, expired ones too, newest first.
    package func accessTokens(of user: ID<User>) throws -> [AccessTokenRow] {
        try values(
            """
            SELECT \(AccessTokenRow.columns) FROM access_token
             WHERE user_id = \(user) ORDER BY created_at_s DESC, id DESC
            """
        ) { try AccessTokenRow(&$0) }
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
