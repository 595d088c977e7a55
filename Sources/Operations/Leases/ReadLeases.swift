import Providers

/// The same leases for who only looks: what an operator's listing finds changes nothing, since the meter alone knows
/// what it is making.
package struct ReadLeases: UnitLeases {
    private let leases: StoredLeases

    package init(_ context: Context) { leases = StoredLeases(context) }

    package func take(_ wishes: [UnitWish], for label: String, at provider: String) throws -> [String] {
        throw UnitRefusal.allTaken
    }
    package func held(at provider: String) throws -> [UnitLease] { try leases.held(at: provider) }
    package func taken() throws -> Set<String> { try leases.taken() }
    package func end(_ label: String) throws {}
    package func mayStart(_ label: String) throws -> Bool { false }
    package func release(_ label: String) throws {}
    package func adopt(_ units: [String], for label: String, at provider: String) throws -> [String] { [] }
}

/// For an outlet without books yet: nothing is leased, and nothing can be.
package struct NoLeases: UnitLeases {
    package init() {}
    package func take(_ wishes: [UnitWish], for label: String, at provider: String) throws -> [String] {
        throw UnitRefusal.allTaken
    }
    package func held(at provider: String) throws -> [UnitLease] { [] }
    package func taken() throws -> Set<String> { [] }
    package func end(_ label: String) throws {}
    package func mayStart(_ label: String) throws -> Bool { false }
    package func release(_ label: String) throws {}
    package func adopt(_ units: [String], for label: String, at provider: String) throws -> [String] { [] }
}
