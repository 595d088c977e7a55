import Domain
import Storage

extension Context {
    /// Billing time to the nearest second, from the clock row and the machine's clocks.
    package func now(in session: any ReadSession) throws -> Instant {
        Instant(milliseconds: try nowMilliseconds(in: session))
    }

    package func nowMilliseconds(in session: any ReadSession) throws -> Int64 {
        let reading = environment.clocks()
        return try session.billingClock()?.milliseconds(at: reading) ?? reading.realtime
    }

    /// Billing time for a write, and the write of it: after a power cut no later write can be earlier.
    package func stamp(in transaction: any Transaction) throws -> Instant {
        let reading = environment.clocks()
        guard let clock = try transaction.billingClock() else {
            try transaction.insert(BillingClock(startingAt: reading))
            return Instant(milliseconds: reading.realtime)
        }
        let read = clock.read(at: reading)
        if read != clock { try transaction.update(read) }
        return Instant(milliseconds: read.billing)
    }
}
