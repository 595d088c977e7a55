/// The shape of a route's path: fixed segments and named ones, `/v1/rentals/{id}/stop`.
package struct RoutePattern: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    private enum Segment: Hashable { case fixed(String), named(String) }

    package let description: String
    private let segments: [Segment]

    package init(_ pattern: String) {
        precondition(pattern.hasPrefix("/"), "a pattern begins with a slash")
        description = pattern
        segments = pattern.split(separator: "/").map { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}")
                ? .named(String(segment.dropFirst().dropLast())) : .fixed(String(segment))
        }
    }

    package init(stringLiteral pattern: String) { self.init(pattern) }

    /// Whether `path`, already decoded, has this shape. A named segment is never empty.
    package func fits(_ path: [String]) -> Bool {
        guard path.count == segments.count else { return false }
        return segments.indices.allSatisfy { place in
            switch segments[place] {
            case .fixed(let expected): path[place] == expected
            case .named: !path[place].isEmpty
            }
        }
    }

    /// What the named segments stand for; nil when `path` has another shape.
    package func match(_ path: [String]) -> [String: String]? {
        guard fits(path) else { return nil }
        var parameters: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            if case .named(let name) = segment { parameters[name] = text }
        }
        return parameters
    }
}
