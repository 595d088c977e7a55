import Configuration
import Domain
import Operations
import Testing

@Suite struct `Request limits` {
    @Test func `a minute's requests are counted, the next refused, and a new minute starts afresh`() throws {
        let w = try IdentityWorld(limits: .init(requestsPerMinute: 3, requestsPerHour: 100))
        w.pass(Seconds(20))
        let readings = try (1...4).map { _ in try w.context.countRequest(by: "a", tenths: 10) }
        #expect(readings.map(\.allowed) == [true, true, true, false])
        #expect(readings.map(\.remaining) == [2, 1, 0, 0])
        #expect(readings.map(\.retryAfter.count) == [0, 0, 0, 40])
        #expect(readings[3].resetAt == w.world.clock.now + Seconds(40) && readings[3].limit == 3)
        #expect(try w.context.countRequest(by: "b", tenths: 10).allowed)
        w.pass(Seconds(40))
        #expect(try w.context.countRequest(by: "a", tenths: 10).remaining == 2)
    }

    @Test func `polling counts a tenth`() throws {
        let w = try IdentityWorld(limits: .init(requestsPerMinute: 2, requestsPerHour: 100))
        let readings = try (1...21).map { _ in try w.context.countRequest(by: "a", tenths: 1) }
        #expect(readings.filter(\.allowed).count == 20)
        #expect(readings[9].remaining == 1)
    }

    @Test func `the hour's limit is reported when it is the tighter one`() throws {
        let w = try IdentityWorld(limits: .init(requestsPerMinute: 2, requestsPerHour: 3))
        let readings = try (1...4).map { _ in
            w.pass(.minute)
            return try w.context.countRequest(by: "a", tenths: 10)
        }
        #expect(readings.map(\.allowed) == [true, true, true, false])
        #expect(readings[3].limit == 3 && readings[3].retryAfter == Seconds(56 * 60))
    }

    @Test func `what one process has counted in its memory another knows a second later`() throws {
        let w = try IdentityWorld(limits: .init(requestsPerMinute: 100, requestsPerHour: 1_000))
        let other = w.anotherProcess()
        for _ in 1...5 { _ = try w.context.countRequest(by: "a", tenths: 10) }
        w.pass(Seconds(1))
        #expect(try w.context.countRequest(by: "a", tenths: 10).remaining == 94)
        #expect(try other.countRequest(by: "a", tenths: 10).remaining == 93)
    }

    @Test func `three processes let a caller pass a limit by a twentieth each, and no more`() throws {
        let w = try IdentityWorld(limits: .init(requestsPerMinute: 100, requestsPerHour: 1_000))
        let processes = [w.context, w.anotherProcess(), w.anotherProcess()]
        let allowed = try (0..<300).count { number in
            try processes[number % 3].countRequest(by: "a", tenths: 10).allowed
        }
        #expect((100...115).contains(allowed))
    }

    @Test func `a process that counts in memory says the same as one that asks the database each time`()
        throws
    {
        let w = try IdentityWorld(limits: .init(requestsPerMinute: 100, requestsPerHour: 130))
        for number in 1...260 {
            if number % 50 == 0 { w.pass(Seconds(17)) }
            let memory = try w.context.countRequest(by: "memory", tenths: number % 7 == 0 ? 1 : 10)
            let fresh = try w.anotherProcess().countRequest(by: "fresh", tenths: number % 7 == 0 ? 1 : 10)
            #expect(memory == fresh, "request \(number)")
        }
    }
}

extension IdentityWorld {
    /// Another responder on the same data: what it counts in memory is its own.
    fileprivate func anotherProcess() -> Context {
        Context(
            settings: context.settings, database: context.database, ephemeral: context.ephemeral,
            environment: world.environment)
    }
}
