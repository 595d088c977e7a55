import Domain
import Operations

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
}
