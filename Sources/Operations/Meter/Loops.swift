import Domain
import Glibc
import Logging
import Storage

extension Meter {
    /// The loops, side by side, each at its own pace: a slow provider delays its own calls only. Ends when the task is
    /// cancelled, or by throwing when the lease is lost or the books cannot be written. A full disk ends nothing.
    package func run(bell: BellListener) async throws {
        try await withTaskExecutorPreference(BlockingThreads.shared) { try await runLoops(bell) }
    }

    private func runLoops(_ bell: BellListener) async throws {
        try report()
        await refreshCatalog(atMost: .seconds(2))
        await watch()
        logger.info("meter ready", metadata: ["epoch": "\(lease.epoch)"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.every(.seconds(1)) { try self.reportWithRoom() } }
            group.addTask { try await self.every(.seconds(1)) { self.backups.follow() } }
            group.addTask { try await self.every(.seconds(60)) { self.backups.snapshotIfDue() } }
            group.addTask { try await self.every(.seconds(1)) { try self.shortenLog() } }
            group.addTask { try await self.effectsLoop(bell) }
            for code in self.providers.keys {
                group.addTask { try await self.every(.seconds(30)) { await self.refreshCatalog(of: code) } }
            }
            group.addTask { try await self.every(.seconds(60)) { await self.checkUpstream() } }
            group.addTask { try await self.watchLoop() }
            group.addTask { try await self.settleLoop() }
            group.addTask { try await self.every(.seconds(1)) { await self.deliverMail() } }
            group.addTask { try await self.every(.seconds(1)) { await self.topUpWallets() } }
            group.addTask { try await self.every(.seconds(60)) { await self.followStripe() } }
            group.addTask {
                try await self.every(.seconds(60)) {
                    await self.sweep()
                    try self.tidy()
                }
            }
            defer { group.cancelAll() }
            do { try await group.next() } catch is CancellationError {}
        }
    }

    private func every(_ pause: Duration, _ body: @Sendable () async throws -> Void) async throws {
        while true {
            try await onceThereIsRoom(body)
            try await Task.sleep(for: pause)
        }
    }

    /// Starts what is due at each ring of the bell, or once a second; a slow order does not hold up the next.
    private func effectsLoop(_ bell: BellListener) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                for effect in claimDueEffects() {
                    group.addTask {
                        await self.carryOut(effect)
                        await self.refreshCatalog(after: effect)
                    }
                }
                await bell.wait(atMost: .seconds(1))
                try Task.checkCancellation()
            }
        }
    }

    /// What was made is no longer free, and what was ended is again. A create has taken its one from the catalog
    /// already: there the provider is asked a moment later, so that a stop does not wait behind the question.
    private func refreshCatalog(after effect: Effect) async {
        if effect.kind == .allocate { try? await Task.sleep(for: .seconds(1)) }
        guard let attempt = readable({ try $0.attempt(effect.attempt) }) else { return }
        await refreshCatalog(of: attempt.provider)
    }

    /// A round asks after every rental that is not still being asked after: a silent pod does not hold up the others.
    /// While something is on its way, quick rounds come between.
    private func watchLoop() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            var nextFull = ContinuousClock.now
            while true {
                let isFull = ContinuousClock.now >= nextFull
                if isFull { nextFull = .now + Self.pauseBetweenRounds }
                let rentals = claimLiveRentals(isQuick: !isFull)
                group.addTask { await self.watch(rentals) }
                try await pauseOfWatch()
            }
        }
    }

    private static let pauseBetweenRounds: Duration = .seconds(15)

    private func pauseOfWatch() async throws {
        let pause: Duration = isBusy() ? .seconds(2) : Self.pauseBetweenRounds
        let start = ContinuousClock.now
        // What becomes busy meanwhile need not wait for the slow round.
        while ContinuousClock.now - start < pause {
            try await Task.sleep(for: .seconds(1))
            if pause > .seconds(2), isBusy() { break }
        }
    }

    private func settleLoop() async throws {
        while true {
            try await onceThereIsRoom { try await self.settleGently() }
            try await Task.sleep(for: timeToNextDeadline())
        }
    }

    /// What a full disk refuses has not happened, and is as due as before. Told when it begins, and when it is over.
    private func onceThereIsRoom(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let full as DiskFull {
            let isNew = isDiskFull.withLock { isFull in
                defer { isFull = true }
                return !isFull
            }
            if isNew { logger.critical("disk full: nothing is written", metadata: ["error": "\(full)"]) }
            try? context.database.checkpoint()  // What the log takes may be enough.
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func reportWithRoom() throws {
        try report()
        let wasFull = isDiskFull.withLock { isFull in
            defer { isFull = false }
            return isFull
        }
        if wasFull { logger.notice("there is room on the disk again") }
    }
}
