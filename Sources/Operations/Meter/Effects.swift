import Domain
import Providers
import Storage

extension Meter {
    /// Carries out what is due, all side by side, and waits for it. Answers how many there were.
    package func carryOutDueEffects() async -> Int {
        let effects = claimDueEffects()
        await withTaskGroup(of: Void.self) { group in
            for effect in effects { group.addTask { await self.carryOut(effect) } }
        }
        return effects.count
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
    package func carryOut(_ effect: Effect) async {
        defer { inFlight.withLock { _ = $0.remove(effect.number) } }
        do {
            switch effect.kind {
            case .allocate: try await allocate(effect)
            case .terminate: try await terminate(effect)
            }
        } catch {
            logger.error("effect failed", metadata: ["effect": "\(effect.number)", "error": "\(error)"])
            retry(effect, after: backoff(effect.tries), error: "\(error)")
        }
    }

    func retry(_ effect: Effect, after delay: Seconds, error: String) {
        do {
            try write { transaction, _ in
                let due = try context.nowMilliseconds(in: transaction) + delay.count * 1_000
                try transaction.postpone(effect, until: due, error: String(error.prefix(500)))
            }
        } catch {
            logger.error(
                "effect not postponed", metadata: ["effect": "\(effect.number)", "error": "\(error)"])
        }
    }

    /// 1, 2, 4 … 30 s: with the time a call may take, a provider that is back hears its orders within a minute.
    func backoff(_ tries: Int) -> Seconds { Seconds(min(30, Int64(1) << min(tries, 5))) }
}
