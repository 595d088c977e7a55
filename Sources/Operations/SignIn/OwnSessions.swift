import Domain
import Storage

/// One sign-in, as its owner sees it.
package struct SessionView: Sendable {
    package let id: ID<Session>
    package let createdAt: Instant
    package let seenAt: Instant  // To the hour.
    package let expiresAt: Instant
    package let userAgent: String?
    package let address: String?  // Where it was signed in from.
}

extension Context {
    /// Where a user is signed in, newest first.
    package func sessions(of user: ID<User>) throws -> [SessionView] {
        try database.read { session in
            try session.signIns(of: user, at: now(in: session)).map { row in
                SessionView(
                    id: row.id, createdAt: row.createdAt, seenAt: row.seenAt, expiresAt: row.expiresAt,
                    userAgent: row.userAgent, address: row.address)
            }
        }
    }

    /// Ends one sign-in. False when the user has no such one.
    package func endSession(_ session: ID<Session>, of user: ID<User>) throws -> Bool {
        try database.write { transaction in
            guard try transaction.deleteSignIn(session, of: user) else { return false }
            try record("session.ended", of: user, "Session \(session) was ended.", in: transaction)
            return true
        }
    }

    /// Ends every sign-in of a user, and whatever could still become one: links and the code on its way.
    package func endSessions(of user: ID<User>) throws {
        try database.write { transaction in
            try transaction.deleteSignIns(of: user)
            try record("session.all_ended", of: user, "All sessions were ended.", in: transaction)
        }
    }
}
