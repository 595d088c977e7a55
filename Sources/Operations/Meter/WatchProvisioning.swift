import Domain
import Providers
import Storage

// A pod that is being made: it becomes running once its SSH server answers, or is given up.
extension Meter {
    func watchProvisioning(_ live: LiveRental) async {
        defer { release([live]) }
        guard let rental = readable({ try $0.rental(live.id) }), rental.status == .provisioning,
            let provider = providers[live.attempt.provider]
        else { return }
        do { try await watch(rental, live.attempt, at: provider) } catch {
            logger.warning("watch failed", metadata: ["rental": "\(rental.id)", "error": "\(error)"])
        }
    }

    private func watch(_ rental: RentalRow, _ attempt: Attempt, at provider: any Provider) async throws {
        do {
            if attempt.outcome == .created, try await becomesRunning(rental, attempt, at: provider) { return }
        } catch {  // A silent provider does not stop the deadline.
            logger.warning("pod not seen", metadata: ["rental": "\(rental.id)", "error": "\(error)"])
        }
        let (isOverdue, isLate) = try context.database.read { session in
            let now = try context.now(in: session)
            let row = try session.row("SELECT deadline_at_s FROM rental WHERE id = \(rental.id)")!
            return (
                row.optionalInstant("deadline_at_s").map { $0 <= now } ?? false,
                try !session.isOwn(attempt) && attempt.startedAt + provider.provisionDeadline <= now
            )
        }
        if isOverdue {
            try fail(rental, reason: .provisionFailed, error: "The pod did not answer in time.")
        } else if isLate, attempt.outcome == .created {
            let reason = looks.withLock { $0[attempt.number]?.reason } ?? "its pod did not answer"
            try giveUp(attempt, for: .neverReady, "\(reason), in \(provider.provisionDeadline.count) s")
        }
    }

    /// Asks a pod that was just created, at growing intervals, until it answers or its rental no longer waits.
    func awaitReadiness(of rental: ID<Rental>) async {
        for delay in readinessDelays {
            try? await Task.sleep(for: delay)
            guard let row = readable({ try $0.rental(rental) }), row.status == .provisioning,
                let attempt = readable({ try $0.attempts(of: rental).last }), attempt.outcome == .created,
                let provider = providers[attempt.provider]
            else { return }
            if (try? await becomesRunning(row, attempt, at: provider)) == true { return }
        }
    }

    /// Running needs the provider's word, host and port, an SSH banner that this outlet has read, and a pod as promised.
    private func becomesRunning(_ rental: RentalRow, _ attempt: Attempt, at provider: any Provider)
        async throws -> Bool
    {
        let isGivenUp = try context.database.read { try $0.hasOpenEffect(.terminate, of: attempt.number) }
        guard !isGivenUp else { return false }
        let state = try await provider.get(label: attempt.label, upstreamID: attempt.upstreamID)
        switch state {
        case .running(let endpoint):
            guard await answersSSH(endpoint) else { return false }
            return try await accept(rental, attempt, at: endpoint, by: provider)
        case .failed(let reason):
            try endProvisioning(rental, attempt, "the provider says: \(reason)")
            return true
        case .gone:
            try endProvisioning(rental, attempt, "the provider no longer has it")
            return true
        case .pending, .unknown:
            return false
        }
    }

    private func accept(
        _ rental: RentalRow, _ attempt: Attempt, at endpoint: Endpoint, by provider: any Provider
    ) async throws -> Bool {
        guard beginsLook(at: attempt) else { return false }
        let verdict: Verdict
        do { verdict = try await judge(attempt, of: rental, at: endpoint, by: provider) } catch {
            endLook(at: attempt, again: "\(error)")
            throw error
        }
        switch verdict {
        case .accepted(let fingerprint):
            await keepLog(of: attempt, at: provider)
            try running(
                rental, attempt,
                at: Endpoint(
                    host: endpoint.host, port: endpoint.port, user: endpoint.user,
                    hostKeyFingerprint: fingerprint))
        case .notYet(let reason):
            endLook(at: attempt, again: reason)
            return false
        case .refused(let trouble, let words): try giveUp(attempt, for: trouble, words)
        }
        endLook(at: attempt, again: nil)
        return true
    }

    private func running(_ rental: RentalRow, _ attempt: Attempt, at endpoint: Endpoint) throws {
        try write { transaction, now in
            let isOurs = try transaction.markRunning(
                rental.id, host: endpoint.host, port: endpoint.port, user: endpoint.user,
                fingerprint: endpoint.hostKeyFingerprint, at: now)
            guard isOurs else {
                // Two that asked side by side both saw it answer: the first word counts.
                if try transaction.rental(rental.id)?.status == .running { return }
                return try transaction.order(
                    .terminate, rental: rental.id, attempt: attempt.number,
                    at: context.nowMilliseconds(in: transaction))
            }
            try context.schedule(rental.user, in: transaction)
            if let listing = try transaction.listing(attempt.listing) {
                try transaction.keepResult(
                    of: attempt.number, provider: listing.provider, model: listing.model, isGood: true,
                    reason: "running", at: now)
            }
            try context.record(
                .running, of: rental, "SSH answers at \(endpoint.host):\(endpoint.port).", in: transaction)
        }
    }

    /// A pod that cannot start. The operator's own machines are asked no further: who asks knows them.
    private func endProvisioning(_ rental: RentalRow, _ attempt: Attempt, _ reason: String) throws {
        guard try context.database.read({ try $0.isOwn(attempt) }) else {
            return try giveUp(attempt, for: .brokenStart, reason)
        }
        try fail(rental, reason: .provisionFailed, error: "The pod could not start: \(reason).")
    }
}
