/// What a personal token may do. None includes another.
package enum Scope: String, Sendable, CaseIterable {
    case read  // See what is one's own.
    case rent  // Launch and stop, and say which SSH keys later pods let in.
    case billing  // Pay, and set limits.
}

/// Some of the scopes, at least one. Its text names them in their own order, `read rent`.
package struct Scopes: Hashable, Sendable {
    package let all: Set<Scope>

    /// Nil for no scope at all.
    package init?(_ scopes: Set<Scope>) {
        guard !scopes.isEmpty else { return nil }
        all = scopes
    }

    /// Nil for other texts than `text` gives.
    package init?(text: String) {
        let scopes = text.split(separator: " ").map { Scope(rawValue: String($0)) }
        guard let found = Scopes(Set(scopes.compactMap { $0 })), found.text == text else { return nil }
        self = found
    }

    package var inOrder: [Scope] { Scope.allCases.filter(all.contains) }
    package var text: String { inOrder.map(\.rawValue).joined(separator: " ") }
}
