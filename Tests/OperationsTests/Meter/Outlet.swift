import Configuration
import Domain
import Foundation
import Logging
import Operations
import Providers
import Storage
import TestSupport
import Testing

/// An outlet with a meter, a provider in the test's hand and one renter, at rest between two calls.
final class Outlet {
    let store: TestStore
    let provider: FakeProvider
    let user: ID<User>
    let stripe = FakeStripe()
    private(set) var meter: Meter!

    var context: Context { store.context }

    private var kept: [ScratchFolder] = []

    /// One offer at each price; `wallet` cents paid in.
    init(
        prices: [Int64] = [280], wallet: Int64 = 1_000, change: (inout Settings) -> Void = { _ in }
    ) async throws {
        store = try TestStore {
            var settings = Settings.forTests(dataDirectory: $0)
            change(&settings)
            return settings
        }
        try FileManager.default.createDirectory(
            atPath: store.folder["run"], withIntermediateDirectories: true)
        provider = FakeProvider(
            offers: prices.map {
                Offer(
                    key: "at-\($0)", family: "h100-80gb", model: "H100_SXM_80GB", vramGB: 80, gpuCount: 1,
                    price: HourlyRate(centsPerHour: $0)!, region: "US-East", regionCode: "US",
                    interconnect: nil, free: 9,
                    note: nil)
            }, port: BannerServer.port)
        user = try store.context.addUser(email: "ada@example.org").id
        try addKey()
        try context.claimStripe(stripe.cards)
        try startMeter()
        if wallet > 0 { _ = try store.context.adjust(user, by: Cents(wallet), note: "test", actor: "test") }
        try await meter.tick()
    }

    /// A key of the right shape; nobody signs in with it.
    private func addKey() throws {
        let blob: [UInt8] =
            [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + [UInt8](repeating: 7, count: 32)
        let key = try SSHPublicKey(line: "ssh-ed25519 " + Data(blob).base64EncodedString())
        _ = try context.addSSHKey(named: "laptop", key, for: user)
    }

    /// A crash and a new start: what was in memory is gone.
    func startMeter(
        limits: CallLimits = CallLimits(), provider: (any Provider)? = nil, others: [any Provider] = [],
        probe: PodProbe = .openSSH
    ) throws {
        meter = nil
        meter = Meter(
            context: context, providers: [provider ?? self.provider] + others,
            lease: try Lease.takeAgain(in: context),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), cards: stripe.cards,
            readinessDelays: [.zero], limits: limits, probe: probe, lookPause: .zero)
    }

    /// A folder that this outlet's settings name lives as long as it does.
    func keep(_ folder: ScratchFolder) { kept.append(folder) }

    func pass(_ seconds: Int64) { store.clock.advance(by: Seconds(seconds)) }

    /// Time passes with a meter that looks every ten seconds.
    func run(for seconds: Int64) async throws {
        for step in stride(from: Int64(0), to: seconds, by: 10) {
            pass(min(10, seconds - step))
            try meter.report()
            await meter.watch()
            try meter.settleDue()
            _ = await meter.carryOutDueEffects()
        }
    }

    /// Hours pass with a meter that is started every ten minutes.
    func tick(for seconds: Int64) async throws {
        for step in stride(from: Int64(0), to: seconds, by: 600) {
            pass(min(600, seconds - step))
            try await meter.tick()
        }
    }

    func launch(_ change: (inout LaunchRequest) -> Void = { _ in }) throws -> ID<Rental> {
        var request = LaunchRequest(familyID: "h100-80gb", gpuCount: 1)
        change(&request)
        return try context.launch(request, by: user).id
    }

    /// A launch that has come to run, at this second.
    func launched(_ change: (inout LaunchRequest) -> Void = { _ in }) async throws -> ID<Rental> {
        let id = try launch(change)
        try await meter.tick()
        #expect(try rental(id).status == .running)
        return id
    }

    /// The catalog has these from now on.
    func sell(_ offers: [Offer]) async {
        provider.set { $0.offers = offers }
        await meter.refreshCatalog()
    }

    /// What can be rented now, cheapest first.
    func listed() throws -> [String] {
        try CatalogCache().snapshot(in: context).listings.map(\.offerKey)
    }

    func events(_ type: String) throws -> [String] {
        try context.database.read {
            try $0.rows("SELECT message FROM event WHERE type = \(type) ORDER BY seq").map {
                $0.text("message")
            }
        }
    }

    func rental(_ id: ID<Rental>) throws -> RentalView { try #require(try context.rental(id, of: user)) }
    func balance() throws -> BalanceView { try context.balance(of: user) }
    func label(_ id: ID<Rental>, _ number: Int = 1) -> String {
        "\(context.labelPrefix)\(id.ulid.description.lowercased())-\(number)"
    }

    /// Lines, oldest first, as `type amount`.
    func lines() throws -> [String] {
        try context.ledgerRows(of: user, filter: LedgerFilter(), before: nil, limit: 999).reversed().map {
            "\($0.type) \($0.amount.count)"
        }
    }

    /// What must hold at every moment.
    func verify(_ place: Comment? = nil) throws {
        let report = try context.verify()
        #expect(report.isSound, "\(report.faults)")
        let balance = try balance()
        let newest = try context.ledgerRows(of: user, filter: LedgerFilter(), before: nil, limit: 1).first
        #expect(balance.available >= .zero && balance.reserved >= .zero, place)
        #expect(balance.total == (newest?.balanceAfter ?? .zero) - balance.pending, place)
        for view in try context.rentals(of: user, filter: .all, cursor: nil, pageSize: 100).items {
            let meter = try #require(try context.meter(of: view.id, user: user))
            #expect(meter.charge == view.price.price(of: meter.seconds), place)
            #expect(
                view.totalCharged == meter.charge || (view.status == .failed && view.totalCharged == .zero),
                place)
            #expect(![.stopped, .failed].contains(view.status) || meter.settled == meter.charge, place)
        }
    }
}

extension Offer {
    /// Of a marketplace: at a cost that nobody here has set.
    static func market(
        _ key: String, cents: Int64, region: String = "EU-SE-1", source: String? = nil, free: Int = 9
    ) -> Offer {
        Offer(
            key: key, family: "h100-80gb", model: "H100_SXM_80GB", vramGB: 80, gpuCount: 1,
            cost: HourlyCost(HourlyRate(centsPerHour: cents)!), region: region, regionCode: "SE",
            interconnect: nil, free: free, note: nil, source: source)
    }
}
