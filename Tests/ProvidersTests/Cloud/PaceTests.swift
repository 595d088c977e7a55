import Domain
import Testing

@testable import Providers

/// How an account waits, on a clock that jumps.
@Suite struct PaceTests {
    private let clock = JumpingClock(patience: .seconds(60))

    private func pace(_ interval: Duration = .seconds(1), burst: Int = 1) -> Pace {
        Pace(
            ["all": .init(every: interval, burst: burst), "launch": .init(every: .seconds(12))],
            clock: clock.cloudClock)
    }

    @Test func `after a burst, calls come at the bucket's interval`() async throws {
        let pace = pace(burst: 3)
        for _ in 1...3 { try await pace.wait(for: ["all"], patience: .seconds(9)) }
        #expect(clock.slept == .zero)
        for _ in 1...4 { try await pace.wait(for: ["all"], patience: .seconds(9)) }
        #expect(clock.slept == .seconds(4))
        clock.pass(.seconds(100))
        for _ in 1...3 { try await pace.wait(for: ["all"], patience: .zero) }
        #expect(clock.slept == .seconds(4), "a rest fills the bucket, and no more than that")
        await #expect(throws: ProviderFault.rateLimited(after: Seconds(2))) {
            try await pace.wait(for: ["all"], patience: .zero)
        }
    }

    @Test func `a call takes from each of its buckets, or from none`() async throws {
        let pace = pace()
        try await pace.wait(for: ["all", "launch"], patience: .zero)
        clock.pass(.seconds(1))
        await #expect(throws: ProviderFault.rateLimited(after: Seconds(12))) {
            try await pace.wait(for: ["all", "launch"], patience: .seconds(5))
        }
        try await pace.wait(for: ["all"], patience: .zero)
        #expect(clock.slept == .zero)
    }

    @Test func `sent away, nobody calls until the time is over`() async throws {
        let pace = pace(.milliseconds(1))
        pace.pause(["all"], for: .seconds(30))
        await #expect(throws: ProviderFault.rateLimited(after: Seconds(31))) {
            try await pace.wait(for: ["all"], patience: .seconds(29))
        }
        try await pace.wait(for: ["all"], patience: .seconds(30))
        #expect(clock.slept == .seconds(30))
        try await pace.wait(for: ["launch"], patience: .zero)
    }

    @Test func `sent away without a time, it stays away twice as long each time, up to a minute`()
        async throws
    {
        let pace = pace(.milliseconds(1))
        var waits: [Duration] = []
        for _ in 1...8 {
            pace.pause(["all"], for: nil)
            let before = clock.slept
            try await pace.wait(for: ["all"], patience: .seconds(60))
            waits.append(clock.slept - before)
        }
        let usual: [Duration] = [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) * 0.75 }
        #expect(waits == usual)
        pace.taken(["all"])
        pace.pause(["all"], for: nil)
        let before = clock.slept
        try await pace.wait(for: ["all"], patience: .seconds(60))
        #expect(clock.slept - before == .milliseconds(750))
    }
}
