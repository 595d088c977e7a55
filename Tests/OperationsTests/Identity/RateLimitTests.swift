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
}
