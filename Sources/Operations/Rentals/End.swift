import Domain
import Storage

extension Context {
    /// The end of a rental is decided: no second after `last` is billed, and its pods are to go.
    func end(
        _ rental: RentalRow, at last: Instant, reason: StopReason, in transaction: any Transaction
    ) throws {
        _ = try next(rental.status, on: .end(reason))
        try transaction.markStopping(rental.id, at: last, reason: reason)
        try orderTermination(of: rental.id, in: transaction)
        try record(.stopping, of: rental, "Stopping: \(reason.words).", in: transaction)
    }

    /// Ends a rental now, on somebody's word: billed to this second, and the hold's rest back, in this transaction.
    /// A pod that has not been seen alive for a while is billed to the second at which it was.
    func endNow(
        _ rental: RentalRow, at now: Instant, reason: StopReason, in transaction: any Transaction
    ) throws -> StopView {
        try settle(rental.user, at: now, in: transaction)
        let row = try transaction.rental(rental.id)!
        guard row.status == .provisioning || row.status == .running else {
            throw StopRefusal.alreadyStopped(row.status)
        }
        let last = row.confirmedAt.map { now - $0 <= heartbeatGrace ? now : $0 } ?? now
        try end(row, at: last, reason: reason, in: transaction)
        if row.runningAt == nil {
            try close(row.id, of: row.user, as: .release, at: now, in: transaction)
            try schedule(row.user, in: transaction)
        } else {
            try settle(row.user, at: now, in: transaction)
        }
        let charged = row.rate.price(of: try transaction.rental(row.id)!.billed)
        let refunded = try transaction.returned(of: row.id)
        return StopView(id: row.id, finalCharged: charged, refunded: refunded)
    }

    /// The rental cannot go on: refused everywhere, too late, or lost by its provider.
    func fail(
        _ rental: RentalRow, reason: StopReason, error: String, at now: Instant,
        in transaction: any Transaction
    ) throws {
        _ = try next(rental.status, on: .fail(reason))
        try settle(rental.user, at: now, in: transaction)
        guard let row = try transaction.rental(rental.id), row.status == rental.status else { return }
        try transaction.setEnd(row.id, at: row.confirmedAt ?? now)
        if let runningAt = row.runningAt, let confirmedAt = row.confirmedAt {
            try settle(row.user, at: now, in: transaction)
            if confirmedAt - runningAt < .minute {
                try postCredit(
                    of: row.id, to: row.user, note: "The pod was lost within its first minute.", at: now,
                    in: transaction)
            }
        } else {
            try close(row.id, of: row.user, as: .refund(note: error), at: now, in: transaction)
        }
        try transaction.markFailed(row.id, reason: reason, error: error)
        try orderTermination(of: row.id, in: transaction)
        try schedule(row.user, in: transaction)
        try record(.failed, of: row, "Failed: \(error)", in: transaction)
    }

    /// One order for every attempt that may have left something behind.
    func orderTermination(of rental: ID<Rental>, in transaction: any Transaction) throws {
        let now = try nowMilliseconds(in: transaction)
        for attempt in try transaction.attempts(of: rental)
        where attempt.outcome != .refused && attempt.outcome != .gone {
            try transaction.order(.terminate, rental: rental, attempt: attempt.number, at: now)
        }
    }
}

extension StopReason {
    /// For people.
    package var words: String {
        switch self {
        case .user: "stopped by its renter"
        case .walletEmpty: "the wallet is empty"
        case .autoStop: "its auto-stop time has come"
        case .providerLost: "the provider lost it"
        case .provisionFailed: "it could not be provisioned"
        case .operator: "stopped by the operator"
        }
    }
}
