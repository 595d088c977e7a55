import Domain
import Providers
import Storage

extension Meter {
    /// Asks after every pod that should be there. A running one is confirmed, a lost one fails its rental, one that
    /// is being made becomes running once its SSH server answers, and one past its deadline is given up.
    package func watch() async { await watch(claimLiveRentals()) }

    /// Asks after all of these side by side. What their logs say is stored at the end, together: a log is no heartbeat,
    /// and may wait for the slowest.
    package func watch(_ rentals: [LiveRental]) async {
        let running = Dictionary(grouping: rentals.filter { $0.status == .running }, by: \.attempt.provider)
        await withTaskGroup(of: [PodLog].self) { group in
            for rental in rentals where rental.status == .provisioning {
                group.addTask {
                    await self.watchProvisioning(rental)
                    return []
                }
            }
            for (code, pods) in running { group.addTask { await self.watchRunning(pods, at: code) } }
            keep(await group.reduce(into: []) { $0 += $1 })
        }
    }

    /// Rentals to ask after that are not being asked after already; they count as such until `watch` is done with them.
    /// - Parameter isQuick: leaves out what runs, unless that is little: many pods are asked after less often.
    package func claimLiveRentals(isQuick: Bool = false) -> [LiveRental] {
        let leavesOutRunning = isQuick && readable { try $0.runMore(than: Self.fewPods) } ?? false
        let rentals = liveRentals(.provisioning) + (leavesOutRunning ? [] : liveRentals(.running))
        return inWatch.withLock { inWatch in rentals.filter { inWatch.insert($0.id).inserted } }
    }

    /// A slice at a time, so that others read between.
    private func liveRentals(_ status: RentalStatus) -> [LiveRental] {
        var rentals: [LiveRental] = []
        while true {
            let slice = readable {
                try $0.liveRentals(status, after: rentals.last?.id, limit: Self.readAtOnce)
            }
            rentals += slice ?? []
            guard slice?.count == Self.readAtOnce else { return rentals }
        }
    }

    private static let readAtOnce = 1_000

    /// They may be asked after again.
    func release(_ rentals: [LiveRental]) {
        inWatch.withLock { inWatch in for rental in rentals { inWatch.remove(rental.id) } }
    }

    /// Up to so many pods a provider is asked by each one's name: that answer is fresher than a list, and cheap enough.
    static let fewPods = 16

    /// Whether anything changes soon: then it is watched more often.
    func isBusy() -> Bool {
        readable {
            try $0.row("SELECT 1 AS found FROM rental WHERE state IN ('provisioning', 'stopping') LIMIT 1")
                != nil
        } ?? false
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

    func readable<Answer>(_ body: (any ReadSession) throws -> Answer?) -> Answer? {
        do { return try context.database.read(body) } catch {
            logger.error("database unreadable", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
