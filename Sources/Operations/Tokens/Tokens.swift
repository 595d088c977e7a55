import Domain
import Storage

/// A token as its owner sees it: never its secret.
package struct TokenView: Sendable {
    package let id: ID<AccessToken>
    package let name: String
    package let scopes: Scopes
    package let createdAt: Instant
    package let expiresAt: Instant?
    package let usedAt: Instant?  // To the minute.
    package let usedFrom: String?
}

/// Whom a token lets in, and to what.
package struct TokenHolder: Sendable {
    package let user: UserView
    package let token: TokenView
}

/// Why a token is not made.
package enum TokenRefusal: Error, Hashable, Sendable {
    case tooMany(limit: Int)
}

extension Context {
    /// What every secret begins with, so that people and scanners know one when they see it.
    package static var tokenPrefix: String { "gpo_" }
    private static var tokenLimit: Int { 100 }
    private static var touchTokenEvery: Seconds { .minute }

    /// Whom a secret lets in; its use is written down at most once a minute.
    /// Nil when it is unknown, expired or revoked, or the account is closed.
    package func tokenHolder(secret: String) throws -> TokenHolder? {
        guard secret.hasPrefix(Self.tokenPrefix) else { return nil }
        let hash = sha256(secret.utf8)
        let found = try database.read { session in
            let now = try now(in: session)
            return try session.accessToken(secretHash: hash, at: now).map { ($0.0, $0.1, now) }
        }
        guard let (row, renter, now) = found else { return nil }
        if row.usedAt.map({ now - $0 >= Self.touchTokenEvery }) ?? true {
            _ = try database.writeIfThereIsRoom {
                try $0.touchAccessToken(row.id, at: now, from: actor.address.map { String($0.prefix(64)) })
            }
        }
        return TokenHolder(user: UserView(renter), token: TokenView(row))
    }

    /// The user's tokens, newest first; expired ones stay until they are revoked.
    package func tokens(of user: ID<User>) throws -> [TokenView] {
        try database.read { try $0.accessTokens(of: user).map(TokenView.init) }
    }

    /// Makes a token. The secret is told here and never again: only its digest is kept.
    /// - Throws: `TokenRefusal`
    package func createToken(
        named name: String, scopes: Scopes, validFor: Seconds?, for user: ID<User>
    ) throws -> (secret: String, token: TokenView) {
        precondition((1...64).contains(name.unicodeScalars.count), "a token's name has 1 to 64 characters")
        return try database.write { transaction in
            guard try transaction.accessTokens(of: user).count < Self.tokenLimit else {
                throw TokenRefusal.tooMany(limit: Self.tokenLimit)
            }
            let now = try now(in: transaction)
            let secret = Self.tokenPrefix + environment.newSecret()
            let row = AccessTokenRow(
                id: ID(environment.newULID()), name: name, scopes: scopes, createdAt: now,
                expiresAt: validFor.map { now + $0 })
            try transaction.addAccessToken(row, secretHash: sha256(secret.utf8), for: user)
            try record(
                "token.created", of: user, "Token \(row.id) was made for \(scopes.text).", in: transaction)
            return (secret, TokenView(row))
        }
    }

    /// Revokes a token at once. False when the user has no such token.
    package func deleteToken(_ id: ID<AccessToken>, of user: ID<User>) throws -> Bool {
        try database.write { transaction in
            guard try transaction.deleteAccessToken(id, of: user) else { return false }
            try record("token.revoked", of: user, "Token \(id) was revoked.", in: transaction)
            return true
        }
    }
}

extension TokenView {
    fileprivate init(_ row: AccessTokenRow) {
        self.init(
            id: row.id, name: row.name, scopes: row.scopes, createdAt: row.createdAt,
            expiresAt: row.expiresAt,
            usedAt: row.usedAt, usedFrom: row.usedFrom)
    }
}
