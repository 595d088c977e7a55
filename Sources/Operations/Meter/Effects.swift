import Domain
import Providers
import Storage

extension Meter {
    /// Carries out what is due, all side by side, and waits for it. Answers of how many it is written down what became
    /// of them; the others are as due as before.
    package func carryOutDueEffects() async -> Int {
        let effects = claimDueEffects()
        return await withTaskGroup(of: Bool.self) { group in
            for effect in effects { group.addTask { await self.carryOut(effect) } }
            return await group.reduce(0) { count, isWritten in count + (isWritten ? 1 : 0) }
        }
    }

    /// Effects that are due and not yet under way in this process; they count as under way from here on. None while
    /// the books come from a backup that nobody has accepted: what they order may be done already, or be undone.
    package func claimDueEffects() -> [Effect] {
        do {
            // Read under the lock: what is finished meanwhile is either still in flight or no longer due.
            return try inFlight.withLock { inFlight in
                try context.database.read { session -> [Effect] in
                    guard try !session.isReportOnly() else { return [] }
                    return try session.effects(
                        dueAt: context.nowMilliseconds(in: session), limit: 64 + inFlight.count)
                }.filter { inFlight.insert($0.number).inserted }
            }
        } catch {
            logger.error("effects unreadable", metadata: ["error": "\(error)"])
            return []
        }
    }

    /// One order. Trouble is noted with it, and it is tried again; it is never given up.
    /// - Returns: false when nothing could be noted: the lease is lost, or the disk is full.
    @discardableResult package func carryOut(_ effect: Effect) async -> Bool {
        defer { inFlight.withLock { _ = $0.remove(effect.number) } }
        do {
            switch effect.kind {
            case .allocate: try await allocate(effect)
            case .terminate: try await terminate(effect)
            }
            return true
        } catch {
            logger.error("effect failed", metadata: ["effect": "\(effect.number)", "error": "\(error)"])
            return postpone(effect, error)
        }
    }

    private func postpone(_ effect: Effect, _ trouble: any Error) -> Bool {
        do {
            try retry(effect, after: backoff(effect.tries), error: "\(trouble)")
            return true
        } catch {
            logger.error(
                "effect not postponed", metadata: ["effect": "\(effect.number)", "error": "\(error)"])
            return false
        }
    }

    func retry(_ effect: Effect, after delay: Seconds, error: String) throws {
        try write { transaction, _ in
            let due = try context.nowMilliseconds(in: transaction) + delay.count * 1_000
            try transaction.postpone(effect, until: due, error: String(error.prefix(500)))
        }
    }

    /// 1, 2, 4 … 30 s: with the time a call may take, a provider that is back hears its orders within a minute.
    func backoff(_ tries: Int) -> Seconds { Seconds(min(30, Int64(1) << min(tries, 5))) }
}
