import Domain

/// Which units of the operator's machines (GPUs, places for pods, ports) belong to which pods. A unit belongs to one pod
/// at most, whatever processes ask at the same time, and no crash forgets it. Every method may throw what storage throws.
package protocol UnitLeases: Sendable {
    /// Takes units for a pod: the first free ones of each wish, in the order of its candidates; all or none.
    /// - Throws: `UnitRefusal`.
    func take(_ wishes: [UnitWish], for label: String, at provider: String) throws -> [String]
    /// What live pods of a provider hold.
    func held(at provider: String) throws -> [UnitLease]
    /// Every unit that somebody holds, whichever provider entry it was taken at.
    func taken() throws -> Set<String>
    /// From now on the pod must not be started any more. Again: nothing.
    func end(_ label: String) throws
    /// Whether the pod holds its units and nobody has ended it.
    func mayStart(_ label: String) throws -> Bool
    /// The pod is certainly gone: its units are free. Again: nothing.
    func release(_ label: String) throws
    /// For a pod that is found without its leases, as after a restore of older books: takes what is free of its units.
    /// - Returns: those that another pod holds.
    func adopt(_ units: [String], for label: String, at provider: String) throws -> [String]
}

/// So many of these, by preference.
package struct UnitWish: Sendable {
    package let count: Int
    package let candidates: [String]

    package init(count: Int, candidates: [String]) {
        self.count = count
        self.candidates = candidates
    }
}

package struct UnitLease: Hashable, Sendable {
    package let unit: String
    package let label: String
    package let age: Seconds  // Since it was taken.
    package let isEnded: Bool

    package init(unit: String, label: String, age: Seconds, isEnded: Bool) {
        self.unit = unit
        self.label = label
        self.age = age
        self.isEnded = isEnded
    }
}

package enum UnitRefusal: Error, Hashable {
    case ended  // The pod was ended before it was made.
    case allTaken
}
