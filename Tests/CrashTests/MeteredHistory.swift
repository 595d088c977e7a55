import CrashBench
import Domain
import Foundation
import Operations
import Storage
import TestSupport

/// One history, metered by any number of meters, each of which takes the lease from the others all the time.
final class MeteredHistory {
    private let outlet: KilledOutlet
    private let meters: [(bench: Bench, context: Context)]
    private let context: Context
    private let users: [ID<User>]

    init(meters count: Int) throws {
        let outlet = try KilledOutlet()
        self.outlet = outlet
        meters = try (1...count).map { number in
            let bench = try Bench(
                folder: outlet.folder.path, speed: 0, port: BannerServer.port, host: number, durable: false)
            return (bench, try bench.open())
        }
        context = try outlet.bench.open()
        users = try context.users().map(\.id)
    }

    /// Every line of every wallet in the end, without its id.
    func ledger() async throws -> [String] {
        try await meter()
        for user in users { _ = try context.adjust(user, by: Cents(900), note: "in", actor: "test") }
        var rentals: [ID<Rental>: ID<User>] = [:]
        for step in 0..<12 {
            let user = users[step % users.count]
            var request = LaunchRequest(familyID: "h100-80gb", gpuCount: 1)
            if step % 3 == 0 { request.autoStopAfter = Seconds(200) }
            do { rentals[try context.launch(request, by: user).id] = user } catch is LaunchRefusal {}
            // One alone, each in its turn: a pod whose creation is not noted down, since another meter took the lease
            // meanwhile, is looked for seconds later, and is billed from then on.
            let turn = meters[step % meters.count]
            try await Self.tick(turn.bench, turn.context)
            try await meter()
            outlet.bench.clock.advance(by: Seconds(Int64(37 + step * 11)))
            try await meter()
            if step % 4 == 3, let oldest = rentals.keys.min(), let user = rentals.removeValue(forKey: oldest)
            {
                do { _ = try context.stop(oldest, by: user) } catch is StopRefusal {}
            }
        }
        outlet.bench.clock.advance(by: .hour)
        try await meter()
        let report = try context.verify()
        guard report.isSound else { throw TestFault("\(report.faults)") }
        return try users.flatMap { user in
            try context.ledgerRows(of: user, filter: LedgerFilter(), before: nil, limit: 9_999).reversed().map
            {
                """
                \($0.type) \($0.amount) \($0.availableAfter) \($0.reservedAfter) \(String(describing: $0.seconds)) \
                \($0.createdAt)
                """
            }
        }
    }

    /// All meters at once, until nothing is due at this second.
    private func meter() async throws {
        for _ in 0..<2 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for meter in meters {
                    group.addTask { try await Self.tick(meter.bench, meter.context) }
                }
                try await group.waitForAll()
            }
        }
        try await Self.tick(meters[0].bench, meters[0].context)  // Alone: it keeps the lease to the end.
    }

    private static func tick(_ bench: Bench, _ context: Context) async throws {
        do { try await bench.meter(in: context).tick() } catch is LeaseRefusal {}
    }
}
