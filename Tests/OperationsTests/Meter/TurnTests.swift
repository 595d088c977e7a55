import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Operations

@Suite struct `Who writes` {
    @Test func `sees that another waits, and makes it short`() throws {
        let store = try TestStore()
        let database = store.context.database
        let other = try Database(path: database.path)
        let written = DispatchSemaphore(value: 0)
        try database.write { _ in
            #expect(!database.isWaitedFor)
            Thread.detachNewThread {
                _ = try? other.write { try $0.run("DELETE FROM mail") }
                written.signal()
            }
            #expect(until { database.isWaitedFor })
            let turn = Turn(of: database, longest: .seconds(600))
            #expect(until { turn.isOver })
        }
        #expect(written.wait(timeout: .now() + 60) == .success)
        #expect(!database.isWaitedFor)
    }

    @Test func `keeps no pod from its end`() async throws {
        let o = try await Outlet()
        let rental = try await o.launched()
        _ = try o.context.stop(rental, by: o.user)
        let (context, provider) = (o.context, o.provider)
        let isHeld = DispatchSemaphore(value: 0)
        let hasEnded = Atomic(false)
        Thread.detachNewThread {
            try? context.database.write { _ in
                isHeld.signal()
                let isOver = until { !provider.now.terminates.isEmpty }
                hasEnded.store(isOver, ordering: .relaxed)
            }
        }
        wait(for: isHeld)
        await withTaskExecutorPreference(BlockingThreads.shared) {
            #expect(await o.meter.carryOutDueEffects() == 1)
        }
        let wasInTime = hasEnded.load(ordering: .relaxed)
        #expect(wasInTime, "the order was given while another wrote")
        try o.verify()
    }
}

@Suite struct `Threads that may block` {
    @Test func `are as many as wait for each other`() async {
        let meeting = Meeting()
        await withTaskExecutorPreference(BlockingThreads.shared) {
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        meeting.arrived.add(1, ordering: .relaxed)
                        return until { meeting.arrived.load(ordering: .relaxed) == 16 }
                    }
                }
                for await hasMetAll in group { #expect(hasMetAll) }
            }
        }
    }

    @Test func `take every job, however many there are`() async {
        let sum = await withTaskExecutorPreference(BlockingThreads.shared) {
            await withTaskGroup(of: Int.self) { group in
                for number in 1...1_000 {
                    group.addTask {
                        await Task.yield()
                        return number
                    }
                }
                return await group.reduce(0, +)
            }
        }
        #expect(sum == 500_500)
    }
}

private final class Meeting: Sendable {
    let arrived = Atomic(0)
}

/// Waits on this thread, at most a minute.
private func until(_ isSo: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while !isSo() {
        guard ContinuousClock.now < end else { return false }
        usleep(1_000)
    }
    return true
}

private func wait(for semaphore: DispatchSemaphore) { semaphore.wait() }
