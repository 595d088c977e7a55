import Foundation

/// A fixed number of threads that work off a queue of bounded length, until their last owner has let go of them.
package final class Workers: Sendable {
    /// For all exchanges of a process that asks asynchronously.
    package static let shared = Workers(threads: 8, queue: 256)

    private let jobs: Jobs

    package init(threads: Int, queue: Int) {
        precondition(threads > 0 && queue > 0, "somebody works, and something may wait")
        let jobs = Jobs(longest: queue)
        self.jobs = jobs
        for _ in 0..<threads {
            let thread = Thread { while let job = jobs.next() { job() } }
            thread.name = "outbound"
            thread.start()
        }
    }

    deinit { jobs.close() }

    /// False when too much waits already; then `job` never runs.
    func add(_ job: @escaping @Sendable () -> Void) -> Bool { jobs.add(job) }
}

private final class Jobs: Sendable {
    private let condition = NSCondition()
    // These two are touched under `condition` only.
    nonisolated(unsafe) private var waiting: [@Sendable () -> Void] = []
    nonisolated(unsafe) private var isClosed = false
    private let longest: Int

    init(longest: Int) { self.longest = longest }

    func add(_ job: @escaping @Sendable () -> Void) -> Bool {
        condition.withLock {
            guard waiting.count < longest else { return false }
            waiting.append(job)
            condition.signal()
            return true
        }
    }

    /// Waits for the next one; nil once the queue is closed and empty.
    func next() -> (@Sendable () -> Void)? {
        condition.withLock {
            while waiting.isEmpty && !isClosed { condition.wait() }
            return waiting.isEmpty ? nil : waiting.removeFirst()
        }
    }

    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }
}

extension OutboundClient {
    /// Sends on a thread of `workers` and suspends meanwhile. The time to wait for a thread counts; a task that is
    /// cancelled has its exchange broken off.
    package func send(
        _ request: OutboundRequest, on workers: Workers = .shared
    ) async throws(OutboundError) -> OutboundResponse {
        let end = ContinuousClock.now + (request.within ?? policy.within)
        let cancellation = Cancellation()
        let result: Result<OutboundResponse, OutboundError> = await withTaskCancellationHandler {
            await withCheckedContinuation { waiting in
                let isTaken = workers.add {
                    waiting.resume(returning: self.attempt(request, until: end, cancellation))
                }
                guard !isTaken else { return }
                waiting.resume(
                    returning: .failure(OutboundError(.busy, host: request.url.host, mayHaveArrived: false)))
            }
        } onCancel: {
            cancellation.cancel()
        }
        return try result.get()
    }

    private func attempt(
        _ request: OutboundRequest, until end: ContinuousClock.Instant, _ cancellation: Cancellation
    ) -> Result<OutboundResponse, OutboundError> {
        let left = end - .now
        guard left > .zero, !cancellation.isCancelled else {
            let reason: OutboundError.Reason = cancellation.isCancelled ? .cancelled : .timedOut
            return .failure(OutboundError(reason, host: request.url.host, mayHaveArrived: false))
        }
        return Result { () throws(OutboundError) in
            try send(request, within: left, cancellation: cancellation)
        }
    }
}
