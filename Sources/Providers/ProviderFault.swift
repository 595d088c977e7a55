import Domain

/// The fixed vocabulary of provider trouble; each case asks for its own reaction.
package enum ProviderFault: Error, Hashable, Sendable {
    case noCapacity(String)
    case auth(String)
    case payment(String)
    case rateLimited(after: Seconds?)
    case invalid(String)
    case notFound
    case conflict(String)
    case transient(String)
}
