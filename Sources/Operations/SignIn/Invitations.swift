import Domain
import Storage

/// An address that may make an account.
package struct InvitationView: Sendable {
    package let email: String
    package let invitedBy: String
    package let expiresAt: Instant
}

extension Context {
    /// How long an invitation is good for, unless said otherwise.
    package static var invitationLifetime: Seconds { Seconds(14 * 86_400) }

    /// Lets the owner of an address make an account, whatever the rule for others, and writes to them where this
    /// outlet has mail. The letter holds no secret: signing in still proves the address. Again: starts the time anew.
    /// - Throws: `UserRefusal.invalidEmail`, `.exists` when there is an account already.
    package func invite(
        email text: String, validFor: Seconds = Context.invitationLifetime
    ) throws -> InvitationView {
        precondition(validFor > .zero, "an invitation is valid for some time")
        guard let email = EmailAddress(text) else { throw UserRefusal.invalidEmail }
        return try database.write { transaction in
            guard try transaction.renter(email: email) == nil else { throw UserRefusal.exists }
            let now = try now(in: transaction)
            let expiresAt = now + validFor
            try transaction.addInvitation(of: email, by: actor.name, at: now, expiresAt: expiresAt)
            try record("user.invited", of: nil, "\(email.text) was invited.", in: transaction)
            if settings.mail != nil {
                let words = Words.invitation(site: settings.publicURL, days: validFor.count / 86_400)
                try post(words, to: email, expiresAt: expiresAt, at: now, in: transaction)
            }
            return InvitationView(email: email.text, invitedBy: actor.name, expiresAt: expiresAt)
        }
    }

    /// Those that are good now, the next to end first.
    package func invitations() throws -> [InvitationView] {
        try database.read { try $0.invitations(at: now(in: $0)).map(InvitationView.init) }
    }

    /// Takes an invitation back. False when there is none.
    package func uninvite(email: String) throws -> Bool {
        guard let email = EmailAddress(email) else { return false }
        return try database.write { transaction in
            guard try transaction.forgetInvitation(of: email) else { return false }
            try record(
                "user.uninvited", of: nil, "The invitation of \(email.text) was taken back.", in: transaction)
            return true
        }
    }
}

extension InvitationView {
    fileprivate init(_ row: InvitationRow) {
        self.init(email: row.email, invitedBy: row.invitedBy, expiresAt: row.expiresAt)
    }
}
