import Glibc

/// Tries `attempt` again after others had the processor, for what is about to come: nginx connects, then writes. A thread
/// that sleeps for a moment has to be woken, which takes as long as many requests; measured by half as many again that
/// are answered on two processors.
/// - Returns: nil when it is time to sleep.
func beforeSleep<Answer>(_ attempt: () throws -> Answer?) rethrows -> Answer? {
    for _ in 0..<2 {
        if let answer = try attempt() { return answer }
        sched_yield()
    }
    return try attempt()
}
