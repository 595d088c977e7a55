import Domain
import Storage

extension Context {
    /// A person wants a pod gone that is not in the books; the next sweep ends it.
    /// False when no sweep has seen such a pod at this provider.
    package func condemn(_ label: String, at provider: String) throws -> Bool {
        try database.write { transaction in
            guard try transaction.condemn(label, at: provider, by: actor.name) else { return false }
            try record(
                "pod.condemned", of: nil, "The pod's end was ordered. \(provider): \(label)", in: transaction)
            return true
        }
    }
}
