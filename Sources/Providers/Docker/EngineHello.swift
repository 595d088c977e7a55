/// A version of the API, or of an engine, by its first two numbers: `1.41`, `5.4.2`.
struct EngineVersion: Hashable, Comparable, CustomStringConvertible, Sendable {
    let major: Int
    let minor: Int

    init(_ major: Int, _ minor: Int) { (self.major, self.minor) = (major, minor) }

    init?(_ text: String) {
        let numbers = text.split(separator: ".").prefix(2).map { Int($0) }
        guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else { return nil }
        self.init(major, minor)
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    var description: String { "\(major).\(minor)" }
}

/// What an engine said of itself when it was greeted.
struct EngineHello: Hashable, Sendable {
    let version: EngineVersion  // Of the API, as it is spoken with it.
    let software: String  // `26.1.5`
    let podman: EngineVersion?  // Nil: Docker.
    let serverOS: String
    let architecture: String

    var isPodman: Bool { podman != nil }
    var name: String { "\(isPodman ? "Podman" : "Docker") \(software)" }

    /// Before 5.4, Podman starts a container without the GPUs that were asked for, and says nothing.
    var heedsGPURequests: Bool { podman.map { $0 >= EngineVersion(5, 4) } ?? true }
}
