import Foundation
import Synchronization

/// Processes that we started and do not wait for: each is reaped once it has ended.
final class Children: Sendable {
    private let running = Mutex<Set<pid_t>>([])

    func add(_ child: pid_t) { running.withLock { _ = $0.insert(child) } }

    func reap() {
        running.withLock { children in
            children = children.filter { waitpid($0, nil, WNOHANG) == 0 }
        }
    }
}
