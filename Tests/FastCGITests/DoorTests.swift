import CSupport
import Foundation
import Synchronization
import Testing

@testable import FastCGI

@Suite struct `Places at the door` {
    private final class Seen: Sendable {
        let entered = Atomic(0)
        let turnedAway = Atomic(0)
        let mayWait = DispatchSemaphore(value: 0)
        let mayGo = DispatchSemaphore(value: 0)
    }

    /// Each takes a place on a thread of its own, and gives it up for good once it may wait.
    private func comers(_ count: Int, to door: Door, _ seen: Seen) -> [Thread] {
        (0..<count).map { _ in
            let thread = Thread {
                let place = Door.Place(at: door)
                guard place.take() else {
                    seen.turnedAway.add(1, ordering: .relaxed)
                    return
                }
                seen.entered.add(1, ordering: .relaxed)
                seen.mayWait.wait()
                outlet_wait_begins()
                seen.mayGo.wait()
            }
            thread.start()
            return thread
        }
    }

    @Test func `are taken by others when a thread has to wait`() {
        let (door, seen) = (Door(places: 2), Seen())
        let threads = comers(3, to: door, seen)
        #expect(until { seen.entered.load(ordering: .relaxed) == 2 })
        usleep(50_000)
        #expect(seen.entered.load(ordering: .relaxed) == 2, "the third stands by")
        seen.mayWait.signal()
        #expect(until { seen.entered.load(ordering: .relaxed) == 3 })
        for _ in 0..<2 { seen.mayWait.signal() }
        for _ in 0..<3 { seen.mayGo.signal() }
        #expect(until { threads.allSatisfy(\.isFinished) })
    }

    @Test func `turn away those who stand by when the door closes`() {
        let (door, seen) = (Door(places: 0), Seen())
        let threads = comers(2, to: door, seen)
        door.close()
        #expect(until { threads.allSatisfy(\.isFinished) })
        #expect(seen.turnedAway.load(ordering: .relaxed) == 2)
    }

    private func until(_ isSo: () -> Bool) -> Bool {
        for _ in 0..<6_000 where !isSo() { usleep(10_000) }
        return isSo()
    }
}
