import Domain
import Storage

extension Context {
    /// The renter's own stop: billed to this second, the hold's rest back, the order to terminate on its way.
    /// - Throws: `StopRefusal`.
    package func stop(_ rental: ID<Rental>, by user: ID<User>) throws -> StopView {
        try stop(rental, of: user, reason: .user)
    }

    /// The operator's stop.
    /// - Throws: `StopRefusal`.
    package func stopByOperator(_ rental: ID<Rental>) throws -> StopView {
        try stop(rental, of: nil, reason: .operator)
    }

    private func stop(_ id: ID<Rental>, of user: ID<User>?, reason: StopReason) throws -> StopView {
        let view = try database.write { transaction in
            let now = try stamp(in: transaction)
            guard let row = try transaction.rental(id), user == nil || row.user == user else {
                throw StopRefusal.notFound
            }
            guard row.status == .provisioning || row.status == .running else {
                throw StopRefusal.alreadyStopped(row.status)
            }
            return try endNow(row, at: now, reason: reason, in: transaction)
        }
        environment.ringBell()
        return view
    }
}
