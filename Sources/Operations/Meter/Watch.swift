import Domain
import Providers
import Storage

extension Meter {
    /// Asks after every pod that should be there. A running one is confirmed, a lost one fails its rental, one that
    /// is being made becomes running once its SSH server answers, and one past its deadline is given up.
    package func watch() async { await watch(claimLiveRentals()) }

    /// Asks after all of these side by side. What their logs say is stored at the end, together: a log is no heartbeat,
    /// and may wait for the slowest.
    package func watch(_ rentals: [RentalRow]) async {
        await withTaskGroup(of: PodLog?.self) { group in
            for rental in rentals { group.addTask { await self.watch(rental) } }
            keep(await group.reduce(into: []) { logs, log in if let log { logs.append(log) } })
        }
    }

    /// Rentals to ask after that are not being asked after already; they count as such until `watch` is done with them.
    package func claimLiveRentals() -> [RentalRow] {
        let rentals = readable {
            try $0.rentals(where: "state IN ('provisioning', 'running') ORDER BY id")
        }
        return inWatch.withLock { inWatch in (rentals ?? []).filter { inWatch.insert($0.id).inserted } }
    }

    /// Whether anything changes soon: then it is watched more often.
    func isBusy() -> Bool {
        readable {
            try $0.row("SELECT 1 AS found FROM rental WHERE state IN ('provisioning', 'stopping') LIMIT 1")
                != nil
        } ?? false
    }

    /// - Returns: the log of a pod that runs.
    private func watch(_ rental: RentalRow) async -> PodLog? {
        defer { inWatch.withLock { _ = $0.remove(rental.id) } }
        guard let attempt = readable({ try $0.attempts(of: rental.id).last }),
            let provider = providers[attempt.provider]
        else { return nil }
        do {
            if rental.status == .provisioning {
                try await watchProvisioning(rental, attempt, at: provider)
                return nil
            }
            let asked = try context.database.read { try context.now(in: $0) }
            switch try await provider.get(label: attempt.label, upstreamID: attempt.upstreamID) {
            case .running:
                try confirm(rental, at: asked)
                return await log(of: attempt, at: provider)
            case .gone: try lost(rental, "the provider no longer has it")
            case .failed(let reason): try lost(rental, reason)
            // Neither alive nor gone: nothing is confirmed, nothing is billed.
            case .pending, .unknown: break
            }
        } catch {
            logger.warning("watch failed", metadata: ["rental": "\(rental.id)", "error": "\(error)"])
        }
        return nil
    }

    /// As of when the provider was asked: its answer may have been long on its way.
    private func confirm(_ rental: RentalRow, at asked: Instant) throws {
        try write { transaction, _ in try transaction.confirm(rental.id, at: asked) }
    }

    private func lost(_ rental: RentalRow, _ reason: String) throws {
        try fail(rental, reason: .providerLost, error: "The pod was lost: \(reason).")
    }

    /// Fails a rental that still is as it was seen. Books out of a backup that nobody has accepted may know less than
    /// the provider: there it is only told.
    func fail(_ rental: RentalRow, reason: StopReason, error: String) throws {
        try write { transaction, now in
            guard let row = try transaction.rental(rental.id), row.status == rental.status else { return }
            guard try !transaction.isReportOnly() else {
                return logger.warning(
                    "not failed: accept the restored books first",
                    metadata: ["rental": "\(rental.id)", "error": "\(error)"])
            }
            try context.fail(row, reason: reason, error: error, at: now, in: transaction)
        }
        context.environment.ringBell()
    }

    private func watchProvisioning(_ rental: RentalRow, _ attempt: Attempt, at provider: any Provider)
        async throws
    {
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

    func readable<Answer>(_ body: (any ReadSession) throws -> Answer?) -> Answer? {
        do { return try context.database.read(body) } catch {
            logger.error("database unreadable", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
