import Domain
import Providers
import Storage

/// The leases of the operator's machines in the outlet's own books. The unique index decides between any two that ask.
package struct StoredLeases: UnitLeases {
    private let context: Context

    package init(_ context: Context) { self.context = context }

    package func take(_ wishes: [UnitWish], for label: String, at provider: String) throws -> [String] {
        try context.database.write { transaction in
            guard try !transaction.isEnded(label) else { throw UnitRefusal.ended }
            let now = try context.now(in: transaction)
            let leased = try transaction.leasedUnits()
            return try wishes.flatMap { wish in
                var taken: [String] = []
                for unit in wish.candidates where taken.count < wish.count && !leased.contains(unit) {
                    if try transaction.lease(unit, to: label, at: provider, now: now) { taken.append(unit) }
                }
                guard taken.count == wish.count else { throw UnitRefusal.allTaken }
                return taken
            }
        }
    }

    package func held(at provider: String) throws -> [UnitLease] {
        try context.database.read { session in
            let now = try context.now(in: session)
            return try session.liveLeases(at: provider).map {
                UnitLease(unit: $0.unit, label: $0.label, age: now - $0.takenAt, isEnded: $0.isEnded)
            }
        }
    }

    package func taken() throws -> Set<String> { try context.database.read { try $0.leasedUnits() } }

    package func end(_ label: String) throws {
        try context.database.write { transaction in
            try transaction.endLeases(of: label, now: context.now(in: transaction))
        }
    }

    package func mayStart(_ label: String) throws -> Bool {
        try context.database.read { try $0.holdsUnits(label) }
    }

    package func release(_ label: String) throws {
        try context.database.write { transaction in
            let now = try context.now(in: transaction)
            try transaction.releaseLeases(of: label, now: now)
            try transaction.forgetLeases(before: now - Seconds(7 * 86_400))
        }
    }

    package func adopt(_ units: [String], for label: String, at provider: String) throws -> [String] {
        try context.database.write { transaction in
            guard try !transaction.isEnded(label) else { return [] }  // It is just being removed.
            let now = try context.now(in: transaction)
            return try units.filter { try !transaction.lease($0, to: label, at: provider, now: now) }
        }
    }
}
