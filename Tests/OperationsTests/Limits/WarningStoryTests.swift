import Configuration
import Domain
import Foundation
import Operations
import Testing

@Suite(.serialized) struct `Warnings of a wallet` {
    /// The types of warnings so far, oldest first, with the words that tell them apart.
    private func warnings(_ o: Outlet) throws -> [String] {
        var filter = EventFilter()
        filter.user = o.user
        filter.type = "wallet"
        return try o.context.events(filter, cursor: nil, pageSize: 200).items.reversed().compactMap { event in
            guard event.type != "wallet.adjusted" else { return nil }
            #expect(event.actor == "outlet")
            return event.message.firstMatch(of: #/less than (\w+ \w+)|reached (\$[\d.]+)/#).map {
                String($0.output.1 ?? $0.output.2 ?? "")
            }
        }
    }

    @Test func `of its end come once each, and on time`() async throws {
        let o = try await Outlet(wallet: 280 * 25)
        _ = try await o.launched()
        let end = try #require(try o.balance().runway?.count)  // A little over 25 hours.
        var posted: Int?
        for (runway, told) in [
            (86_401, []), (86_400, ["24 hours"]), (3_601, ["24 hours"]), (3_600, ["24 hours", "1 hour"]),
            (601, ["24 hours", "1 hour"]), (600, ["24 hours", "1 hour", "10 minutes"]),
            (1, ["24 hours", "1 hour", "10 minutes"]),
        ] as [(Int64, [String])] {
            try await o.tick(for: try #require(try o.balance().runway).count - runway)
            #expect(try warnings(o) == told, "\(runway)")
            if runway == 86_400 { #expect(try o.lines().count == posted) }  // A warning posts nothing.
            posted = try o.lines().count
        }
        #expect(end > 90_000)
        try o.verify()
    }

    @Test func `of its end may come again after a top-up, and a stop alone forgets nothing`() async throws {
        let o = try await Outlet(wallet: 280)
        let first = try await o.launched()
        #expect(try warnings(o) == ["24 hours"])  // An hour and a little.
        _ = try o.context.stop(first, by: o.user)
        let second = try await o.launched()
        try await o.tick(for: 10)
        #expect(try warnings(o) == ["24 hours", "1 hour"])
        _ = try o.context.adjust(o.user, by: Cents(280), note: "more", actor: "test")
        #expect(try warnings(o).count == 2)
        try await o.tick(for: 3_610)
        #expect(try warnings(o) == ["24 hours", "1 hour", "1 hour"])
        _ = try o.context.stop(second, by: o.user)
        _ = try o.context.adjust(o.user, by: Cents(280), note: "more", actor: "test")
        _ = try await o.launched()
        #expect(try warnings(o) == ["24 hours", "1 hour", "1 hour", "24 hours"])
    }

    @Test func `are written to its owner when time has brought them, not when a launch has`() async throws {
        let o = try await Outlet(wallet: 280 * 25) { settings in
            settings.mail = Settings.Mail(
                senderName: "", sender: EmailAddress("outlet@example.org")!,
                delivery: .folder(settings.dataDirectory + "/letters"))
        }
        func letters() throws -> [String] {
            try o.context.database.read {
                try $0.rows("SELECT purpose, recipient FROM mail ORDER BY id").map {
                    "\($0.text("purpose")) \($0.text("recipient"))"
                }
            }
        }
        _ = try o.context.setLimits(SpendingLimits(), alerts: [Cents(280)], of: o.user)
        _ = try await o.launched()
        for (runway, expected) in [
            (86_401, ["spending"]), (86_400, ["spending", "runway"]),
            (3_600, ["spending", "runway", "runway"]),
            (600, ["spending", "runway", "runway", "runway"]),
        ] as [(Int64, [String])] {
            try await o.tick(for: try #require(try o.balance().runway).count - runway)
            #expect(try letters() == expected.map { "\($0) ada@example.org" }, "\(runway)")
        }
        let folder = o.context.settings.dataDirectory + "/letters"
        let newest = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".eml") }
                .sorted().last)
        let text = try String(contentsOfFile: folder + "/" + newest, encoding: .utf8)
        #expect(text.contains("lasts less than 10 minutes"))

        try await o.tick(for: 1_200)
        _ = try o.context.adjust(o.user, by: Cents(290), note: "more", actor: "test")
        let before = try letters().count
        _ = try await o.launched()
        #expect(try warnings(o).last == "24 hours" && letters().count == before)
    }

    @Test func `of its spending come once a month for each amount`() async throws {
        let o = try await Outlet(wallet: 300_000)
        _ = try o.context.setLimits(
            SpendingLimits(), alerts: [Cents(280), Cents(500), Cents(900)], of: o.user)
        let first = try await o.launched()
        try await o.tick(for: 3_610)
        #expect(try warnings(o) == ["$2.80"])
        _ = try o.context.setLimits(
            SpendingLimits(), alerts: [Cents(100), Cents(280), Cents(900)], of: o.user)
        try await o.tick(for: 7_200)
        #expect(try warnings(o) == ["$2.80"])  // 100 was passed before it was set, and 500 was taken away.
        try await o.tick(for: 3_600)
        #expect(try warnings(o) == ["$2.80", "$9.00"])
        _ = try o.context.stop(first, by: o.user)

        o.pass(30 * 86_400)
        try await o.meter.tick()
        _ = try await o.launched()
        try await o.tick(for: 3_610)
        #expect(try warnings(o) == ["$2.80", "$9.00", "$2.80"])
    }
}
