import Domain
import Operations
import Providers
import Testing

@Suite(.serialized) struct `The life of a rental` {
    @Test func `launch, run, an hour, stop: lines and balances are exact`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        try await o.run(for: 4_827)
        #expect(try o.rental(id).totalCharged == Cents(375))
        let stop = try o.context.stop(id, by: o.user)
        #expect(stop.finalCharged == Cents(375) && stop.refunded == .zero)
        try await o.meter.tick()
        #expect(try o.rental(id).status == .stopped)
        #expect(try o.lines() == ["adjustment 1000", "hold 0", "rental_charge -280", "rental_charge -95"])
        #expect(try o.balance().available == Cents(625) && o.balance().reserved == .zero)
        #expect(o.provider.now.pods.isEmpty)
        try o.verify()
    }

    @Test func `a stop within the hour gives the hold's rest back`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        try await o.run(for: 60)
        let stop = try o.context.stop(id, by: o.user)
        #expect(stop.finalCharged == Cents(5) && stop.refunded == Cents(275))
        #expect(try o.lines().suffix(2) == ["rental_charge -5", "release 0"])
        try o.verify()
    }

    @Test func `a stop while provisioning charges nothing and ends stopped`() async throws {
        let o = try await Outlet()
        let id = try o.launch()
        #expect(try o.context.stop(id, by: o.user).finalCharged == .zero)
        try await o.meter.tick()
        #expect(try o.rental(id).status == .stopped)
        #expect(try o.balance().available == Cents(1_000))
        #expect(o.provider.now.creates.isEmpty)
        try o.verify()
    }

    @Test func `refused everywhere, it fails, the hold is back and a line says why`() async throws {
        let o = try await Outlet()
        o.provider.set { $0.answer["at-280"] = .noCapacity }
        let id = try o.launch()
        try await o.meter.tick()
        #expect(try o.rental(id).status == .failed)
        #expect(try o.lines().last == "refund 0")
        #expect(try o.balance().available == Cents(1_000))
        try o.verify()
    }

    @Test func `the next listing is taken within the price agreed, and its rate is billed`() async throws {
        let o = try await Outlet(prices: [200, 250, 300])
        o.provider.set { $0.answer["at-200"] = .noCapacity }
        let id = try await o.launched { $0.maxPrice = HourlyRate(centsPerHour: 260)! }
        #expect(try o.rental(id).price.centsPerHour == 250)
        try await o.run(for: 3_600)
        #expect(try o.context.stop(id, by: o.user).finalCharged == Cents(250))
        try await o.meter.tick()  // The catalog is seen again.
        o.provider.set { $0.answer["at-250"] = .noCapacity }
        let dearer = try o.launch { $0.maxPrice = HourlyRate(centsPerHour: 260)! }
        try await o.meter.tick()
        #expect(try o.rental(dearer).status == .failed)
        #expect(!o.provider.now.creates.contains(o.label(dearer, 3)))
        try o.verify()
    }

    @Test func `a create whose answer was lost is found by its label and never sent again`() async throws {
        let o = try await Outlet()
        o.provider.set { $0.answer["at-280"] = .lost }
        let id = try o.launch()
        try await o.meter.tick()
        #expect(try o.rental(id).status == .provisioning)
        try o.startMeter()
        o.pass(5)
        try await o.meter.tick()
        #expect(try o.rental(id).status == .running)
        #expect(o.provider.now.creates == [o.label(id)])
        try o.verify()
    }

    @Test func `a create that left nothing is given up after a minute of looking`() async throws {
        let o = try await Outlet()
        o.provider.set { $0.answer["at-280"] = .lostAndNotMade }
        let id = try o.launch()
        try await o.meter.tick()
        for wait in [5, 10, 44] as [Int64] {
            o.pass(wait)
            try await o.meter.tick()
            #expect(try o.rental(id).status == .provisioning)
        }
        o.pass(1)
        try await o.meter.tick()
        #expect(try o.rental(id).status == .failed)
        #expect(o.provider.now.creates.count == 1)
        try o.verify()
    }

    @Test func `a pod made after its renter stopped is terminated on sight`() async throws {
        let o = try await Outlet()
        let id = try o.launch()
        let (context, user) = (try o.store.anotherContext(), o.user)
        o.provider.set { $0.whileCreating = { _ = try? context.stop(id, by: user) } }
        try await o.meter.tick()
        #expect(try o.rental(id).status == .stopped)
        #expect(o.provider.now.creates.count == 1 && o.provider.now.pods.isEmpty)
        #expect(try o.balance().available == Cents(1_000))
        try o.verify()
    }

    @Test func `a pod lost upstream is billed to the last confirmation`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        try await o.run(for: 1_000)
        o.provider.set { $0.pods = [:] }
        o.pass(10)
        try await o.meter.tick()
        #expect(try o.rental(id).status == .failed)
        #expect(try o.rental(id).totalCharged == Cents(78))
        #expect(try o.balance().available == Cents(922))
        try o.verify()
    }

    @Test func `a pod lost within its first minute costs nothing`() async throws {
        let o = try await Outlet()
        let id = try await o.launched()
        try await o.run(for: 50)
        o.provider.set { $0.pods = [:] }
        o.pass(600)
        try await o.meter.tick()
        #expect(try o.rental(id).totalCharged == .zero)
        #expect(try o.balance().available == Cents(1_000))
        try o.verify()
    }
}
