import CSupport
import Foundation

/// How many threads stand at the listening socket. The others stand by, and one of them takes the place of each that has
/// to wait for something: the write lock, somebody's server, a slow peer. Sixteen at work on two processors serve no more
/// requests than four, and take from each other the time that each needs.
final class Door: Sendable {
    private let condition = NSCondition()
    nonisolated(unsafe) private var free: Int  // These are touched under `condition` only.
    nonisolated(unsafe) private var isOpen = true

    init(places: Int) { free = places }

    /// Waits for a place; false once the door is closed.
    private func enter() -> Bool {
        condition.withLock {
            while isOpen, free == 0 { condition.wait() }
            free -= 1
            return isOpen
        }
    }

    private func leave() {
        condition.withLock {
            free += 1
            condition.signal()
        }
    }

    /// Nobody stands by any longer.
    func close() {
        condition.withLock {
            isOpen = false
            condition.broadcast()
        }
    }

    /// One thread's. It is kept from one request to the next, and lost when the thread has to wait.
    final class Place {
        private let door: Door
        private var isTaken = false

        init(at door: Door) {
            self.door = door
            let place = Unmanaged.passUnretained(self).toOpaque()
            outlet_on_wait({ Unmanaged<Place>.fromOpaque($0!).takeUnretainedValue().giveUp() }, place)
        }

        deinit {
            outlet_on_wait(nil, nil)
            giveUp()
        }

        /// False once the door is closed.
        func take() -> Bool {
            if !isTaken { isTaken = door.enter() }
            return isTaken
        }

        private func giveUp() {
            guard isTaken else { return }
            isTaken = false
            door.leave()
        }
    }
}
