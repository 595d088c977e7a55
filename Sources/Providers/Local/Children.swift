import Foundation
import Synchronization

/// Keepers that we started and do not wait for, by their pod's folder; each is reaped once it has ended.
final class Children: Sendable {
    private let running = Mutex<[String: pid_t]>([:])

    func add(_ child: pid_t, for folder: String) { running.withLock { $0[folder] = child } }

    /// The one of `folder`, while it runs. Known here before its command line can be read: for a moment it has none.
    func process(of folder: String) -> ProcessIdentity? {
        running.withLock { children in
            children = children.filter { waitpid($0.value, nil, WNOHANG) == 0 }
            return children[folder].flatMap { ProcessIdentity(current: $0) }
        }
    }
}
