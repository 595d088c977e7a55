import Domain
@testable import Operations
import Providers
import Testing

/// Many pods of one provider are asked after by one list.
@Suite struct `The watch of many pods` {
    private let o: Outlet
    private let rentals: [ID<Rental>]
    private var labels: [String] { rentals.map { o.label($0) } }

    init() async throws {
        let o = try await Outlet(wallet: 100_000)
        let offer = o.provider.now.offers[0]
        await o.sell((0..<4).map { offer.named("machine-\($0)") })
        rentals = try (0..<Meter.fewPods + 4).map { _ in try o.launch() }
        try await o.meter.tick()
        o.pass(20)
        o.provider.set { $0.gets = [] }
        self.o = o
    }

    private func confirmed() throws -> Set<ID<Rental>> {
        try Set(
            rentals.filter {
                try o.context.meter(of: $0, user: o.user)?.lastHeartbeatAt == o.store.clock.now
            })
    }

    @Test func `one list confirms all of them`() async throws {
        await o.meter.watch()
        #expect(try confirmed() == Set(rentals))
        #expect(o.provider.now.gets.isEmpty)
    }

    @Test func `up to a few are asked by name`() async throws {
        for rental in rentals.prefix(4) { _ = try o.context.stop(rental, by: o.user) }
        _ = await o.meter.carryOutDueEffects()
        o.provider.set { $0.gets = [] }
        await o.meter.watch()
        #expect(try confirmed().isSuperset(of: rentals.dropFirst(4)))
        #expect(Set(o.provider.now.gets) == Set(labels.dropFirst(4)))
    }

    @Test func `one that the list leaves out is asked by name, and lives`() async throws {
        o.provider.set { [labels] in $0.hidden = [labels[3]] }
        await o.meter.watch()
        #expect(try confirmed() == Set(rentals))
        #expect(o.provider.now.gets == [labels[3]])
    }

    @Test func `a stranger with the label of a live pod confirms nothing`() async throws {
        o.provider.set { [labels] state in
            let pod = state.pods.removeValue(forKey: labels[3])!
            state.others = [Pod(label: labels[3], upstreamID: "twin", state: pod)]
        }
        await o.meter.watch()
        #expect(try o.rental(rentals[3]).status == .failed)
        #expect(try confirmed() == Set(rentals).subtracting([rentals[3]]))
    }

    @Test func `what is gone fails, and what is neither alive nor gone is not billed`() async throws {
        o.provider.set { [labels] state in
            state.pods[labels[3]] = nil
            state.pods[labels[4]] = .unknown("hibernating")
        }
        await o.meter.watch()
        #expect(try o.rental(rentals[3]).status == .failed)
        #expect(try o.rental(rentals[4]).status == .running)
        #expect(try confirmed() == Set(rentals).subtracting([rentals[3], rentals[4]]))
    }

    @Test func `a list that breaks off is no list: each is asked by name`() async throws {
        o.provider.set { $0.listsAreCut = true }
        await o.meter.watch()
        #expect(try confirmed() == Set(rentals))
        #expect(Set(o.provider.now.gets) == Set(labels))
    }

    @Test func `a quick round leaves out many that run, and takes what is being made`() async throws {
        let new = try o.launch()
        let quick = o.meter.claimLiveRentals(isQuick: true)
        #expect(quick.map(\.id) == [new])
        #expect(Set(o.meter.claimLiveRentals().map(\.id)) == Set(rentals), "the one is being asked after")
    }
}

extension Offer {
    /// The same on another machine.
    fileprivate func named(_ key: String) -> Offer {
        Offer(
            key: key, family: family, model: model, vramGB: vramGB, gpuCount: gpuCount,
            price: HourlyRate(centsPerHour: 280)!, region: region, regionCode: regionCode,
            interconnect: interconnect, free: free, note: note)
    }
}
