import Configuration
import Domain
import Storage

/// What signing in with a proven e-mail address leads to.
enum Admission: Sendable {
    case member
    case newcomer  // No account yet; one is made.
    case closed  // The account is closed for ever.
    case uninvited  // No account, and this outlet makes none for the address.
}

/// Why the owner of an address is not let in.
package enum AdmissionRefusal: Error, Hashable, Sendable { case closed, uninvited }

extension Context {
    /// What the owner of `email` would be, by the accounts and the outlet's rule for new ones. Changes nothing, and takes
    /// as long for everybody.
    func admission(of email: EmailAddress, at now: Instant, in session: any ReadSession) throws -> Admission {
        let standing = try session.standing(of: email, at: now)
        if standing.hasAccount { return standing.isClosed ? .closed : .member }
        return standing.isInvited || settings.signIn.signUp.includes(email) ? .newcomer : .uninvited
    }

    /// The account of the owner of `email`, made now for a newcomer. Every way to sign in that proves an address
    /// ends here, so one address is one account.
    /// - Throws: `AdmissionRefusal`
    package func admit(
        _ email: EmailAddress, at now: Instant, in transaction: any Transaction
    ) throws -> UserView {
        switch try admission(of: email, at: now, in: transaction) {
        case .member: return UserView(try transaction.renter(email: email)!)
        case .newcomer:
            let user = try makeAccount(email, in: transaction)
            try transaction.forgetInvitation(of: email)
            return user
        case .closed: throw AdmissionRefusal.closed
        case .uninvited: throw AdmissionRefusal.uninvited
        }
    }
}

extension Settings.SignIn.SignUp {
    func includes(_ email: EmailAddress) -> Bool {
        switch self {
        case .open: true
        case .domains(let domains): domains.contains(String(email.text.split(separator: "@")[1]))
        case .invitation: false
        }
    }
}
