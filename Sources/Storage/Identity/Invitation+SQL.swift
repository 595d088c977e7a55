import Domain

/// A row of `invitation`.
package struct InvitationRow: Hashable, Sendable {
    package let email: String
    package let invitedBy: String
    package let expiresAt: Instant

    init(_ row: Row) {
        email = row.text("email")
        invitedBy = row.text("invited_by")
        expiresAt = row.instant("expires_at_s")
    }
}

extension ReadSession {
    package func invitations(at: Instant) throws -> [InvitationRow] {
        try rows(
            """
            SELECT email, invited_by, expires_at_s FROM invitation
            WHERE expires_at_s > \(at) ORDER BY expires_at_s, email
            """
        ).map(InvitationRow.init)
    }
}

extension Transaction {
    /// Again for the same address: the new one counts.
    package func addInvitation(of email: EmailAddress, by actor: String, at: Instant, expiresAt: Instant)
        throws
    {
        try run(
            """
            INSERT INTO invitation (email, invited_by, created_at_s, expires_at_s)
            VALUES (\(email.text), \(actor), \(at), \(expiresAt))
            ON CONFLICT (email) DO UPDATE SET invited_by = excluded.invited_by,
                created_at_s = excluded.created_at_s, expires_at_s = excluded.expires_at_s
            """)
    }

    /// False when there was none.
    @discardableResult package func forgetInvitation(of email: EmailAddress) throws -> Bool {
        try run("DELETE FROM invitation WHERE email = \(email.text)") == 1
    }

    package func forgetInvitations(expiredAt: Instant) throws {
        try run("DELETE FROM invitation WHERE expires_at_s <= \(expiredAt)")
    }
}
