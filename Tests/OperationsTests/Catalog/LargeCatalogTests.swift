import Domain
import Foundation
import Providers
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Operations

/// A provider with thousands of offers, stored in turns.
@Suite(.serialized) struct `A large catalog` {
    private static let count = 6_000
    let store: TestStore
    init() throws { store = try TestStore() }

    private func offers(cents: Int64, _ numbers: Range<Int> = 0..<count) -> [Offer] {
        numbers.map { number in
            Offer(
                key: key(number), family: "h100-80gb", model: "H100_SXM_80GB", vramGB: 80, gpuCount: 1,
                price: HourlyRate(centsPerHour: cents)!, region: "Here", regionCode: "US",
                interconnect: nil, free: 1, note: nil)
        }
    }

    private func key(_ number: Int) -> String { "o-\(100_000 + number)" }

    private func prices() throws -> [String: Int64] {
        let listed = try CatalogCache().snapshot(in: store.context).listings
        return Dictionary(uniqueKeysWithValues: listed.map { ($0.offerKey, $0.price.centsPerHour) })
    }

    private func version() throws -> Int64 { try store.context.database.read { try $0.catalogVersion() } }

    @Test func `lets others write between its turns`() throws {
        let mine = store.context
        let theirs = try store.anotherContext()
        let isOver = Mutex(false)
        let longest = Mutex(Duration.zero)
        let writes = Mutex(0)
        let other = Thread {
            while !isOver.withLock({ $0 }) {
                let start = ContinuousClock.now
                try? theirs.database.write { try $0.bumpCatalogVersion() }
                let time = ContinuousClock.now - start
                longest.withLock { $0 = max($0, time) }
                writes.withLock { $0 += 1 }
                usleep(1_000)
            }
        }
        other.start()
        while writes.withLock({ $0 }) == 0 { usleep(1_000) }
        let before = writes.withLock { $0 }
        let start = ContinuousClock.now
        try mine.storeOffers(offers(cents: 100), provider: "vast")
        let whole = ContinuousClock.now - start
        isOver.withLock { $0 = true }
        while !other.isFinished { usleep(1_000) }
        let turns = writes.withLock { $0 } - before
        // One transaction would have let nobody in; a turn of 20 ms lets everybody in who waits.
        #expect(turns >= 5, "\(turns) writes of another in \(whole), the longest \(longest.withLock { $0 })")
        #expect(try prices().count == Self.count)
    }

    @Test func `that is half stored when its meter dies has each listing as it was or as it is`() throws {
        try store.context.storeOffers(offers(cents: 100), provider: "vast")
        let first = try version()
        let thief = try Thief(path: store.context.settings.databasePath, keepsRules: true)
        try thief.run(
            """
            CREATE TRIGGER death BEFORE UPDATE ON listing WHEN NEW.offer_key = '\(key(5_500))'
            BEGIN SELECT RAISE(ABORT, 'death'); END
            """)
        store.clock.advance(by: Seconds(30))
        // The first hundred are gone, and a hundred are new.
        let now = offers(cents: 110, 100..<(Self.count + 100))
        #expect(throws: (any Error).self) { try store.context.storeOffers(now, provider: "vast") }
        let half = try prices()
        #expect(Set(half.values) == [100, 110], "it died between two turns")
        #expect(half[key(5_500)] == 100 && half[key(100)] == 110)
        #expect((0..<100).allSatisfy { half[key($0)] == 100 }, "what vanished goes last")
        #expect(try version() == first)

        try thief.run("DROP TRIGGER death")
        store.clock.advance(by: Seconds(5))
        try store.context.storeOffers(now, provider: "vast")
        let whole = try prices()
        #expect(whole.count == Self.count && Set(whole.values) == [110])
        #expect((0..<100).allSatisfy { whole[key($0)] == nil })
        #expect(try version() == first + 1)
        let days = try store.context.priceHistory(of: nil, days: 1)
        #expect(days.map(\.listings) == [Self.count + 100])
        #expect(days.map(\.minimum.centsPerHour) == [100])
    }

    @Test func `is as old as its provider's answer, however long it took to store`() throws {
        let start = store.clock.now
        // Another process has heard later of one of them.
        try store.context.storeOffers(offers(cents: 90, 7..<8), provider: "vast")
        try store.context.storeOffers(offers(cents: 100), provider: "vast")
        let seen = try store.context.database.read {
            try $0.rows("SELECT DISTINCT observed_at_s AS at FROM listing").map { $0.instant("at") }
        }
        #expect(seen == [start])
    }
}
