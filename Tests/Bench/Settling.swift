import Foundation
import Operations
import Synchronization

/// A settlement of all that is due, on a thread of its own.
final class Settling: Sendable {
    private let state = Mutex<(any Error)??>(.none)

    init(_ meter: Meter) {
        Thread.detachNewThread { [self] in
            do {
                try meter.settleDue()
                state.withLock { $0 = .some(nil) }
            } catch { state.withLock { $0 = .some(error) } }
        }
    }

    var isBusy: Bool { state.withLock { $0 == nil } }
    func wait() { while isBusy { usleep(10_000) } }
}
