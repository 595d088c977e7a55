import Domain
import Storage

extension Context {
    /// Makes the token of a link that signs its holder in, once. Only the token's digest is kept.
    package func createSignInLink(
        for user: ID<User>, validFor: Seconds
    ) throws -> (token: String, expiresAt: Instant) {
        precondition(validFor > .zero, "a link is valid for some time")
        let token = environment.newSecret()
        let expiresAt = try database.write { transaction in
            let now = try now(in: transaction)
            try transaction.addSignInLink(
                tokenHash: sha256(token.utf8), user: user, expiresAt: now + validFor)
            try record("session.link_created", of: user, "A sign-in link was made.", in: transaction)
            return now + validFor
        }
        return (token, expiresAt)
    }

    /// Uses a link up and signs its holder in, both or neither; the session `oldSid` of the same browser ends.
    /// Nil when it is unknown, used or expired, or the account is closed.
    package func redeemSignInLink(
        _ token: String, userAgent: String?, address: String?, replacing oldSid: String? = nil
    ) throws -> (sid: String, signedIn: SignedIn)? {
        try database.write { transaction in
            let now = try now(in: transaction)
            guard let renter = try transaction.useSignInLink(tokenHash: sha256(token.utf8), at: now) else {
                return nil
            }
            return try createSession(
                for: renter.id, userAgent: userAgent, address: address, replacing: oldSid, in: transaction)
        }
    }
}
