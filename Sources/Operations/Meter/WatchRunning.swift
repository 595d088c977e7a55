import Domain
import Providers
import Storage

// Pods that run: each is confirmed as of when its provider was asked, since an answer may have been long on its way.
extension Meter {
    /// - Returns: what some of their logs say.
    func watchRunning(_ rentals: [LiveRental], at code: String) async -> [PodLog] {
        guard let provider = providers[code] else {
            release(rentals)
            return []
        }
        guard rentals.count > Self.fewPods else { return await askEach(rentals, at: provider) }
        let seen = await confirmListed(rentals, at: provider)
        let listed = Set(seen.map(\.id))
        let logs = await readSomeLogs(of: seen, at: provider)
        return await logs + askEach(rentals.filter { !listed.contains($0.id) }, at: provider)
    }

    /// One question for all. Whoever the list does not show as running is not lost by that: its own name decides.
    /// - Returns: those that are confirmed.
    private func confirmListed(_ rentals: [LiveRental], at provider: any Provider) async -> [LiveRental] {
        do {
            let asked = try context.database.read { try context.now(in: $0) }
            let pods = try await provider.list(labelPrefix: context.labelPrefix).filter(\.state.isRunning)
            let running = Dictionary(grouping: pods, by: \.label)
            let seen = rentals.filter { rental in
                running[rental.attempt.label]?.contains { rental.attempt.isPod($0) } ?? false
            }
            try confirm(seen, at: asked)
            release(seen)
            return seen
        } catch {
            logger.warning("list not read", metadata: ["provider": "\(provider.code)", "error": "\(error)"])
            return []
        }
    }

    /// Some at a time, so that others come between.
    private func confirm(_ rentals: [LiveRental], at asked: Instant) throws {
        var rest = rentals[...]
        while !rest.isEmpty {
            try write { transaction, _ in
                let turn = Turn(of: context.database)
                repeat {
                    try transaction.confirm(rest.removeFirst().id, at: asked)
                } while !rest.isEmpty && !turn.isOver
            }
        }
    }

    /// Of many pods, the logs of a few: over the rounds each has its turn, and the provider is not asked for all at once.
    private func readSomeLogs(of rentals: [LiveRental], at provider: any Provider) async -> [PodLog] {
        await withTaskGroup(of: PodLog?.self) { group in
            for rental in rentals.shuffled().prefix(Self.fewPods) {
                group.addTask { await self.log(of: rental.attempt, at: provider) }
            }
            return await group.reduce(into: []) { logs, log in if let log { logs.append(log) } }
        }
    }

    private func askEach(_ rentals: [LiveRental], at provider: any Provider) async -> [PodLog] {
        await withTaskGroup(of: PodLog?.self) { group in
            var logs: [PodLog?] = []
            for (index, rental) in rentals.enumerated() {
                if index >= Self.askedAtOnce { logs.append(await group.next() ?? nil) }
                group.addTask { await self.ask(after: rental, at: provider) }
            }
            for await log in group { logs.append(log) }
            return logs.compactMap(\.self)
        }
    }

    private static let askedAtOnce = 64

    /// - Returns: the log of a pod that runs.
    private func ask(after rental: LiveRental, at provider: any Provider) async -> PodLog? {
        defer { release([rental]) }
        let attempt = rental.attempt
        do {
            let asked = try context.database.read { try context.now(in: $0) }
            switch try await provider.get(label: attempt.label, upstreamID: attempt.upstreamID) {
            case .running:
                try confirm([rental], at: asked)
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

    private func lost(_ rental: LiveRental, _ reason: String) throws {
        guard let row = try context.database.read({ try $0.rental(rental.id) }), row.status == rental.status
        else { return }
        try fail(row, reason: .providerLost, error: "The pod was lost: \(reason).")
    }
}

extension PodState {
    fileprivate var isRunning: Bool { if case .running = self { true } else { false } }
}

extension Attempt {
    /// Not a twin that carries the same label.
    fileprivate func isPod(_ pod: Pod) -> Bool { upstreamID == nil || upstreamID == pod.upstreamID }
}
