import Domain
import Storage

/// On whose behalf a context works: what the audit trail says of who did it, from where, and by which request.
package struct Actor: Hashable, Sendable {
    package let name: String  // `user`, `token:tok_…`, `operator:ada`, `outlet`
    package let address: String?
    package let requestID: String?

    package init(_ name: String, address: String? = nil, requestID: String? = nil) {
        self.name = name
        self.address = address
        self.requestID = requestID
    }

    /// Nobody asked: the meter, by what was decided before.
    package static let outlet = Actor("outlet")
}

extension Context {
    package func acting(as actor: Actor) -> Context {
        var context = self
        context.actor = actor
        return context
    }

    /// Adds a line to the audit trail, in the transaction of what it tells.
    /// - Parameters:
    ///   - type: `rental.launched`, `key.added`, … ; part of the contract.
    ///   - message: For people, the user too; no secrets.
    package func record(
        _ type: String, of user: ID<User>?, rental: ID<Rental>? = nil, _ message: String,
        in transaction: any Transaction
    ) throws {
        try transaction.record(
            type, id: ID(environment.newULID()), user: user, rental: rental, message: message,
            actor: actor.name, at: now(in: transaction), address: actor.address, requestID: actor.requestID)
    }
}
