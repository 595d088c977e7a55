import Domain
import Providers
import Storage

extension Meter {
    /// Ends the pod of one attempt, until the provider confirms that it is gone.
    func terminate(_ effect: Effect) async throws {
        guard let attempt = try context.database.read({ try $0.attempt(effect.attempt) }) else { return }
        guard let provider = providers[attempt.provider] else {
            throw ProviderFault.invalid("provider \(attempt.provider) is not configured")
        }
        async let log = log(of: attempt, at: provider)
        let seen = try await seenAlive(attempt, at: provider)
        let lastLog = await log
        // What was seen last is written while the provider is at it: no pod waits for its end behind others' writes.
        async let written: Void = keep(lastLog, of: attempt, seenAt: seen)
        let answer = try await provider.terminate(label: attempt.label, upstreamID: attempt.upstreamID)
        try await written
        switch answer {
        case .gone: try gone(attempt, effect)
        case .inProgress: try retry(effect, after: backoff(effect.tries), error: "the provider is at it")
        }
    }

    /// A rental that ended while nobody could see its pod is billed up to its end only if the pod still lives now.
    /// - Returns: when the provider was asked; nil when nothing more is billed, or the pod does not run.
    private func seenAlive(_ attempt: Attempt, at provider: any Provider) async throws -> Instant? {
        let asked = try context.database.read { session -> Instant? in
            guard let rental = try session.rental(attempt.rental), rental.runningAt != nil,
                rental.closedAt == nil
            else { return nil }
            return try context.now(in: session)
        }
        guard let asked,
            case .running? = try? await provider.get(label: attempt.label, upstreamID: attempt.upstreamID)
        else { return nil }
        return asked
    }

    private func keep(_ log: PodLog?, of attempt: Attempt, seenAt seen: Instant?) async throws {
        if let log { keep([log]) }
        guard let seen else { return }
        try write { transaction, now in
            try transaction.confirm(attempt.rental, at: seen)
            if let user = try transaction.rental(attempt.rental)?.user {
                try context.settle(user, at: now, in: transaction)
            }
        }
    }

    private func gone(_ attempt: Attempt, _ effect: Effect) throws {
        try write { transaction, now in
            // Created while the provider was asked to end what it did not have yet: asked again.
            if attempt.outcome != .created, try transaction.attempt(attempt.number)?.outcome == .created {
                let now = try context.nowMilliseconds(in: transaction)
                return try transaction.postpone(effect, until: now, error: "created meanwhile")
            }
            // A create that is still under way may yet leave a pod: it orders its own end when it sees this rental.
            if attempt.outcome == .created || attempt.outcome == .gone {
                try transaction.setOutcome(.gone, of: attempt.number, endedAt: now)
            }
            try transaction.finish(effect, at: context.nowMilliseconds(in: transaction))
            guard let rental = try transaction.rental(attempt.rental) else { return }
            if rental.runningAt != nil, rental.closedAt == nil {
                try context.closeAtLastConfirmation(rental.id, of: rental.user, at: now, in: transaction)
            }
            // Only now that nothing is left of this try may there be another.
            if rental.status == .provisioning,
                try transaction.attempts(of: rental.id).last?.number == attempt.number
            {
                try goOn(rental, after: attempt.error ?? "its pod ended", at: now, in: transaction)
            }
            try stopIfNothingIsLeft(rental.id, in: transaction)
        }
        context.environment.ringBell()
    }

    /// `stopping` becomes `stopped` when no attempt can have left anything at any provider.
    func stopIfNothingIsLeft(_ rental: ID<Rental>, in transaction: any Transaction) throws {
        guard let row = try transaction.rental(rental), row.status == .stopping, row.closedAt != nil else {
            return
        }
        let ended = try transaction.attempts(of: rental).allSatisfy {
            $0.outcome == .refused || $0.outcome == .gone
        }
        guard ended else { return }
        _ = try next(row.status, on: .terminated)
        try transaction.markStopped(rental)
        try context.record(.stopped, of: row, "Nothing of it is left at the provider.", in: transaction)
    }
}
