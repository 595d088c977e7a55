import Domain
import Storage

extension Context {
    /// Whom a cookie's text signs in, and slides the sign-in's expiry; a visit is written at most once an hour.
    /// Nil when it is unknown, expired or ended, or the account is closed.
    package func signedIn(sid: String) throws -> SignedIn? {
        let hash = sha256(sid.utf8)
        let found = try database.read { session in
            let now = try now(in: session)
            return try session.signIn(secretHash: hash, at: now).map { ($0, now) }
        }
        guard let (row, now) = found else { return nil }
        let signedIn = SignedIn(row)
        guard now - row.seenAt >= SessionTimes.touchEvery else { return signedIn }
        let expiresAt = SessionTimes.expiry(seenAt: now, endsAt: row.endsAt)
        let touched: Void? = try database.writeIfThereIsRoom {
            try $0.touchSignIn(row.id, seenAt: now, expiresAt: expiresAt)
        }
        guard touched != nil else { return signedIn }
        return SignedIn(user: signedIn.user, session: row.id, expiresAt: expiresAt)
    }

    /// Signs a user in anew: a fresh secret for the cookie, of which only the digest is kept.
    package func createSession(
        for user: ID<User>, userAgent: String?, address: String?
    ) throws -> (sid: String, signedIn: SignedIn) {
        try database.write {
            try createSession(for: user, userAgent: userAgent, address: address, replacing: nil, in: $0)
        }
    }

    /// - Parameter oldSid: the session that the same browser had. It ends, whosever it was: whoever knew its cookie
    ///   before the sign-in is not signed in by it.
    package func createSession(
        for user: ID<User>, userAgent: String?, address: String?, replacing oldSid: String?,
        in transaction: any Transaction
    ) throws -> (sid: String, signedIn: SignedIn) {
        if let oldSid { try transaction.deleteSignIn(secretHash: sha256(oldSid.utf8)) }
        let now = try now(in: transaction)
        guard let renter = try transaction.renter(user) else {
            preconditionFailure("a session is of a known user")
        }
        let sid = environment.newSecret()
        let session = ID<Session>(environment.newULID())
        let endsAt = now + SessionTimes.end
        let expiresAt = SessionTimes.expiry(seenAt: now, endsAt: endsAt)
        try transaction.addSignIn(
            session, user: user, secretHash: sha256(sid.utf8), at: now, expiresAt: expiresAt, endsAt: endsAt,
            userAgent: userAgent.map { $0.prefix(codePoints: 400) },
            address: address.map { $0.prefix(codePoints: 64) })
        try record("session.created", of: user, "Signed in.", in: transaction)
        return (sid, SignedIn(user: UserView(renter), session: session, expiresAt: expiresAt))
    }

    /// Ends a sign-in; again changes nothing.
    package func signOut(_ session: ID<Session>) throws {
        try database.write { transaction in
            guard let user = try transaction.deleteSignIn(session) else { return }
            try record("session.ended", of: user, "Signed out.", in: transaction)
        }
    }
}

extension String {
    /// At most so many code points, which is what the schema counts.
    func prefix(codePoints count: Int) -> String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(count)))
    }
}

extension SignedIn {
    fileprivate init(_ row: SignInRow) {
        self.init(user: UserView(row.renter), session: row.id, expiresAt: row.expiresAt)
    }
}
