/// What happens to a rental.
package enum RentalEvent: Hashable, Sendable {
    case ready  // The pod's SSH server answered.
    case end(StopReason)  // The renter, the operator, the clock or the wallet ends it.
    case fail(StopReason)  // Refused everywhere, past its deadline, or lost by the provider.
    case terminated  // Nothing of it is left at any provider.
}

/// What the transaction that decided a step must also do.
package enum RentalEffect: Hashable, Sendable {
    case startBilling
    case endBilling
    case terminatePods
}

/// An event that the rental's status does not allow.
package struct OutOfOrder: Error, Hashable, Sendable {
    package let status: RentalStatus
    package let event: RentalEvent
}

/// The life of a rental: from a status and an event to the next status and what is to be done.
package func next(
    _ status: RentalStatus, on event: RentalEvent
) throws(OutOfOrder) -> (status: RentalStatus, effects: [RentalEffect]) {
    switch (status, event) {
    case (.provisioning, .ready): return (.running, [.startBilling])
    case (.provisioning, .end), (.running, .end): return (.stopping, [.endBilling, .terminatePods])
    // Terminate what failed, too: a pod that nobody tracks still costs.
    case (.provisioning, .fail), (.running, .fail): return (.failed, [.endBilling, .terminatePods])
    case (.stopping, .terminated): return (.stopped, [])
    case (.provisioning, .terminated), (.running, _), (.stopping, _), (.stopped, _), (.failed, _):
        throw OutOfOrder(status: status, event: event)
    }
}
