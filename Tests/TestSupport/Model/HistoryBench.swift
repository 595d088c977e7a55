import Configuration
import Domain
import Foundation
import Logging
import Operations
import Providers
import Storage

/// An outlet on which histories are told one after the other: making one costs more than a history does.
/// Each history begins with a renter of its own, at a boot of its own and at a whole second.
package final class HistoryBench {
    let store: TestStore
    let provider = ScriptedProvider()
    private(set) var meter: Meter!
    private var boots = 0

    /// What is sold: a rate for each listing, dearer ones to fail over to.
    struct Product {
        let family: String
        let gpuCount: Int
        let rates: [Int64]
    }

    static let products = [
        Product(family: "b200", gpuCount: 1, rates: [60]),
        Product(family: "rtx-4090", gpuCount: 1, rates: [65]),
        Product(family: "h100-80gb", gpuCount: 1, rates: [280, 333]),
        Product(family: "h100-80gb", gpuCount: 8, rates: [1_999, 7_200, 36_000]),
    ]

    init(holdSeconds: Int64) throws {
        store = try TestStore {
            .forTests(dataDirectory: $0, holdSeconds: Seconds(holdSeconds))
        }
        try FileManager.default.createDirectory(
            atPath: store.folder["run"], withIntermediateDirectories: true)
        let offers = Self.products.flatMap { product in
            product.rates.map {
                Offer(
                    key: "\(product.family)-\(product.gpuCount)-\($0)", family: product.family,
                    model: product.family, vramGB: 80, gpuCount: product.gpuCount,
                    price: HourlyRate(centsPerHour: $0)!, region: "US-East", regionCode: "US",
                    interconnect: nil, free: 9, note: nil)
            }
        }
        provider.set { $0.offers = offers }
    }

    var context: Context { store.context }
    var clock: TestClock { store.clock }
    var holdSeconds: Int64 { context.settings.billing.holdSeconds.count }

    func milliseconds() throws -> Int64 {
        try context.database.read { try context.nowMilliseconds(in: $0) }
    }

    /// A new meter, as after a crash: what was in memory is gone.
    func startMeter() throws {
        meter = nil  // The old one lets go of its lock file.
        meter = Meter(
            context: context, providers: [provider], lease: try Lease.takeAgain(in: context),
            logger: Logger(label: "history", factory: { _ in SwiftLogNoOpLogHandler() }),
            readinessDelays: [.zero], answersSSH: { _ in true })
    }

    func reboot(at realtime: Int64) throws {
        boots += 1
        clock.show(ClockReading(realtime: realtime, boottime: 1_000, bootID: "boot-\(boots)"))
        try startMeter()
    }

    /// A renter with an empty wallet, in an outlet at rest.
    func begin() async throws -> ID<User> {
        try reboot(at: (milliseconds() / 600_000 + 1) * 600_000)
        try meter.shortenLog()
        try meter.report()
        let light = provider.now.offers
        provider.set {
            $0 = .init()
            $0.offers = light
        }
        await meter.refreshCatalog()
        let user = try context.addUser(email: "renter-\(boots)@example.org").id
        _ = try context.addSSHKey(named: "laptop", Self.key, for: user)
        return user
    }

    /// Of the right shape; nobody signs in with it.
    private static let key: SSHPublicKey = {
        let blob: [UInt8] =
            [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + [UInt8](repeating: 7, count: 32)
        return try! SSHPublicKey(line: "ssh-ed25519 " + Data(blob).base64EncodedString())
    }()
}
