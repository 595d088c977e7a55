import TestSupport
import Testing

/// Whole outlets, one at a time: they measure seconds, and the machine may be small.
@Suite(.serialized) struct EndToEnd {}

/// Whether pods can be made here, and if not, in which words the system says so.
enum Namespaces {
    static let problem: String? = {
        let arguments = [
            "--user", "--map-root-user", "--mount", "--propagation", "private", "--pid", "--fork",
            "--kill-child=KILL",
            "mount", "-t", "proc", "proc", "/proc",
        ]
        do {
            let probe = try Command.run("/usr/bin/unshare", arguments)
            return probe.status == 0 ? nil : probe.errors
        } catch { return "\(error)" }
    }()
}

extension Trait where Self == ConditionTrait {
    /// For tests that make pods.
    static var needsPods: Self { .enabled(if: Namespaces.problem == nil, "\(Namespaces.problem ?? "")") }
}
