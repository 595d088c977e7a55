import Foundation

/// Threads for tasks that wait for a lock or a disk. Swift's own are as few as the processors: two that waited to write
/// would hold up every answer of a provider.
///
/// A thread is made when none is idle, and ends when nothing was to do for a while.
final class BlockingThreads: TaskExecutor, @unchecked Sendable {
    // Unchecked: what changes is read and written under the condition's lock.
    static let shared = BlockingThreads()

    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []
    private var count = 0
    private var idle = 0

    private static let most = 32
    private static let patience: TimeInterval = 10

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        defer { condition.unlock() }
        jobs.append(job)
        if idle >= jobs.count {
            condition.signal()
        } else if count < Self.most {
            count += 1
            Thread.detachNewThread { [self] in work() }
        }
    }

    private func work() {
        while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Nil when the thread is needed no more.
    private func next() -> UnownedJob? {
        condition.lock()
        defer { condition.unlock() }
        let end = Date(timeIntervalSinceNow: Self.patience)
        while jobs.isEmpty {
            idle += 1
            let isWoken = condition.wait(until: end)
            idle -= 1
            if !isWoken, jobs.isEmpty {
                count -= 1
                return nil
            }
        }
        return jobs.removeFirst()
    }
}
