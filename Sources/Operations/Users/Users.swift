import Domain
import Storage

/// Why a user is not added, by precedence.
package enum UserRefusal: Error, Hashable, Sendable {
    case invalidEmail
    case exists
}

extension Context {
    /// Everybody, closed accounts too, oldest first.
    package func users() throws -> [UserView] { try database.read { try $0.renters().map(UserView.init) } }

    /// Nil also for what is no e-mail address.
    package func user(email: String) throws -> UserView? {
        guard let email = EmailAddress(email) else { return nil }
        return try database.read { try $0.renter(email: email).map(UserView.init) }
    }

    package func user(_ id: ID<User>) throws -> UserView? {
        try database.read { try $0.renter(id).map(UserView.init) }
    }

    /// Adds a user with an empty wallet.
    /// - Throws: `UserRefusal`
    package func addUser(email: String) throws -> UserView {
        guard let email = EmailAddress(email) else { throw UserRefusal.invalidEmail }
        return try database.write { transaction in
            guard try transaction.renter(email: email) == nil else { throw UserRefusal.exists }
            return try makeAccount(email, in: transaction)
        }
    }

    func makeAccount(_ email: EmailAddress, in transaction: any Transaction) throws -> UserView {
        let now = try now(in: transaction)
        let user = ID<User>(environment.newULID())
        try transaction.addRenter(user, email: email, at: now)
        try transaction.openWallet(for: user)
        try record("user.added", of: user, "The account was made.", in: transaction)
        return UserView(id: user, email: email.text, createdAt: now, closedAt: nil)
    }
}

extension UserView {
    package init(_ row: RenterRow) {
        self.init(id: row.id, email: row.email, createdAt: row.createdAt, closedAt: row.closedAt)
    }
}
