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

    /// What the named segments stand for; nil when `path`, already decoded, has another shape.
    /// A named segment is never empty.
    package func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .fixed(let expected): if text != expected { return nil }
            case .named(let name):
                if text.isEmpty { return nil }
                parameters[name] = text
            }
        }
        return parameters
    }
}
