import Domain
import Operations
import Storage

extension Outlet {
    /// The account with this address or id.
    func user(_ text: String) throws -> UserView {
        let found =
            if let id = ID<User>(text) { try context.user(id) } else {
                try context.user(email: text.lowercased())
            }
        guard let found else {
            throw Complaint("there is no account '\(text)'; see 'outletctl user list'")
        }
        return found
    }

    /// The account of every user, for lists that name them.
    func emails() throws -> [ID<User>: String] {
        Dictionary(uniqueKeysWithValues: try context.users().map { ($0.id, $0.email) })
    }

    /// Writes who did what, where the operation itself does not.
    func record(_ type: String, user: ID<User>?, rental: ID<Rental>? = nil, message: String) throws {
        try context.database.write { transaction in
            try transaction.record(
                type, id: ID(context.environment.newULID()), user: user, rental: rental, message: message,
                actor: operatorName, at: try context.now(in: transaction))
        }
    }
}
