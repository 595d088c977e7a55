import Domain
import Foundation
@testable import Operations
import Storage
import TestSupport
import Testing

/// How long `verify` takes over a long history: `OUTLET_VERIFY_ROWS=1000000 swift test -c release --filter 'Long history'`.
/// `OUTLET_VERIFY_KEEP=FILE` leaves a copy of the database there, for `outletctl verify` of any build.
@Suite struct `Long history` {
    private static let variables = ProcessInfo.processInfo.environment
    private static let rows = variables["OUTLET_VERIFY_ROWS"].flatMap { Int64($0) }
    private static let wallets: Int64 = 200

    @Test(.enabled(if: rows != nil))
    func `is verified in little time and memory`() throws {
        let store = try TestStore()
        let hours = try #require(Self.rows) / 3 / Self.wallets
        try write(hours: hours, to: store)
        let context = store.context
        while try context.database.write({ try $0.sealRows(atMost: 5_000, at: context.stamp(in: $0)) }) > 0 {}
        if let file = Self.variables["OUTLET_VERIFY_KEEP"] {
            try Thief(path: context.database.path, keepsRules: true).run("VACUUM INTO '\(file)'")
        }
        let before = peakMemory()
        let start = ContinuousClock.now
        let report = try context.verify()
        let time = ContinuousClock.now - start
        print(
            "\(report.rowsChecked) rows, \(report.sealsChecked) seals: \(time), \(peakMemory() - before) KiB more"
        )
        #expect(report.faults == [] && report.rowsChecked >= Int(hours * Self.wallets * 3))
        #expect(peakMemory() - before < 64 * 1_024)
        #if !DEBUG
            #expect(time < .seconds(10))
        #endif
    }

    /// A rental in each wallet that is billed once an hour.
    private func write(hours: Int64, to store: TestStore) throws {
        let context = store.context
        let rate = HourlyRate(centsPerHour: 137)!
        let users = try (0..<Self.wallets).map { try context.addUser(email: "renter-\($0)@example.org").id }
        let start = store.clock.now
        let rentals: [ID<Rental>] = try users.map { user in
            _ = try context.adjust(user, by: Cents(137 * (hours + 10)), note: "for all of it", actor: "test")
            let rental = ID<Rental>(store.world.newULID())
            try context.database.write { books in
                try books.insertRental(newRental(rental, of: user, rate: rate, at: start))
                let line = LedgerLine(id: ID(store.world.newULID()), kind: .hold, user: user, rental: rental)
                try books.post(
                    code: .hold, cause: "hold:\(rental)",
                    legs: books.legs(holding: rate.price(of: .hour), for: rental, user: user), entry: line,
                    at: start)
                try books.run(
                    """
                    UPDATE rental SET state = 'running', running_at_s = \(start),
                                      confirmed_at_s = \(start + Seconds(hours * 3_600))
                     WHERE id = \(rental)
                    """)
            }
            return rental
        }
        store.clock.advance(by: Seconds(hours * 3_600))
        try context.database.write { books in
            _ = try context.stamp(in: books)
            for hour in 0..<hours {
                for rental in rentals {
                    let (from, to) = (Seconds(hour * 3_600), Seconds((hour + 1) * 3_600))
                    try books.run(
                        """
                        INSERT INTO usage (rental_id, from_s, to_s, seconds, rate_cents, cents, hold_cents, promo_cents,
                                           available_cents, entry_id, posted_at_s)
                        VALUES (\(rental), \(from), \(to), 3600, \(rate), 137, \(hour == 0 ? 137 : 0), 0,
                                \(hour == 0 ? 0 : 137), \(ID<LedgerEntry>(store.world.newULID())), \(start + to))
                        """)
                }
            }
            for user in users { try context.schedule(user, in: books) }
        }
    }

    private func newRental(_ id: ID<Rental>, of user: ID<User>, rate: HourlyRate, at instant: Instant)
        -> NewRental
    {
        NewRental(
            id: id, user: user, name: nil,
            listing: Listing(
                id: ID(ULID(milliseconds: 1)), provider: "local", offerKey: "a", family: "rtx-4090",
                model: "RTX_4090_24GB", vramGB: 24, gpuCount: 1, price: rate, region: "US-East",
                regionCode: "US",
                interconnect: nil, availability: .available, reliability: nil, note: nil, observedAt: instant),
            templateID: "ubuntu-24-04", wantedRegion: nil, wantedProvider: nil, rate: rate, maxRate: rate,
            askedAt: instant, deadline: nil, autoStopAfter: nil, environment: "{}", startupScript: nil,
            authorizedKeys: "")
    }

    /// The most that this process has ever had, in KiB.
    private func peakMemory() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
