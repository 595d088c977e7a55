import Domain
import Storage

extension Context {
    /// A person has looked at books that came out of a backup: from now on the meter makes and ends pods by them.
    /// False when there is nothing to accept.
    package func acceptRestoration() throws -> Bool {
        let isNews = try database.write { transaction in
            let now = try stamp(in: transaction)
            guard try transaction.acceptRestorations(by: actor.name, at: now) else { return false }
            try record("restore.accepted", of: nil, "The restored books were accepted.", in: transaction)
            return true
        }
        environment.ringBell()
        return isNews
    }
}
