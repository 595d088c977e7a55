import Domain

/// The fixed vocabulary of provider trouble; each case asks for its own reaction.
package enum ProviderFault: Error, Hashable, Sendable, CustomStringConvertible {
    case noCapacity(String)
    case auth(String)
    case payment(String)
    case rateLimited(after: Seconds?)
    case invalid(String)
    case notFound
    case conflict(String)
    case transient(String)

    /// For people, without a full stop.
    package var description: String {
        switch self {
        case .noCapacity(let text): "no capacity (\(text))"
        case .auth(let text): "the provider refuses the outlet's credentials (\(text))"
        case .payment(let text): "the provider asks the outlet for payment (\(text))"
        case .rateLimited: "the provider limits the outlet's requests"
        case .invalid(let text): "the provider refuses the order (\(text))"
        case .notFound: "not found"
        case .conflict(let text): "not possible now (\(text))"
        case .transient(let text): "the provider failed (\(text))"
        }
    }
}
