import Domain
import Storage

extension Context {
    /// Closes an account for ever: ends its rentals, sessions and tokens; the ledger stays. Again: changes nothing.
    package func closeUser(_ user: ID<User>) throws {
        try database.write { transaction in
            let now = try stamp(in: transaction)
            guard try transaction.closeRenter(user, at: now) else { return }
            try transaction.deleteAccessTokens(of: user)
            try settle(user, at: now, in: transaction)  // What money has ended by now is not ended again.
            for rental in try transaction.rentals(
                where: "user_id = \(user) AND state IN ('provisioning', 'running')")
            {
                _ = try endNow(rental, at: now, reason: .operator, in: transaction)
            }
            try record("user.closed", of: user, "The account was closed.", in: transaction)
        }
        environment.ringBell()
    }
}
