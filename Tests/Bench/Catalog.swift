import API
import Domain
import Providers
import Foundation
import HTTP
import Logging
import Operations
import Synchronization
import TestSupport

extension OutletBench {
    /// 50,000 listings under every kind of filter, inside the responder; then the same while they are replaced.
    func measureCatalog(_ report: Report) throws {
        let outlet = try BenchOutlet()
        try outlet.context.storeOffers(Self.offers(cents: 100), provider: "local")
        let application = Application(
            settings: outlet.context.settings,
            logger: Logger(label: "bench", factory: { _ in SwiftLogNoOpLogHandler() }),
            catalog: CatalogCache(),
            identityProviders: try IdentityProviders(
                outlet.context.settings, clocks: outlet.context.environment.clocks), cards: nil)
        _ = application.respond(to: .success(.listings("")), in: outlet.context)
        for filter in Self.filters {
            let times = try (0..<200).map { _ in try Self.timed(application, filter, outlet.context) }
            report.tell(
                "catalog", "50,000 listings, \(filter.isEmpty ? "no filter" : filter), p99",
                Series(times, unit: "ms"), goal: .atMost(1), quantile: 0.99)
        }
        let done = Mutex(false)
        let refresher = Thread {
            for round in 0..<5 {
                try! outlet.context.storeOffers(Self.offers(cents: Int64(101 + round)), provider: "local")
            }
            done.withLock { $0 = true }
        }
        refresher.start()
        var times: [Double] = []
        var waits: [Double] = []
        while !done.withLock({ $0 }) {
            times.append(try Self.timed(application, "gpuCount=1", outlet.context))
            waits.append(
                try milliseconds {
                    _ = try outlet.context.database.write { try outlet.context.stamp(in: $0) }
                })
        }
        report.tell(
            "catalog", "50,000 listings while they are replaced, p99", Series(times, unit: "ms"),
            goal: .atMost(2), quantile: 0.99)
        report.tell("catalog", "the same, the slowest", Series([times.max()!], unit: "ms"), goal: .atMost(50))
        report.tell(
            "catalog", "a write meanwhile, the slowest", Series([waits.max()!], unit: "ms"),
            goal: .atMost(100))
    }

    private static let filters = [
        "", "family=h100-80gb", "region=R77", "model=nothing", "minVramGb=24&gpuCount=1",
        "maxPricePerHourCents=10", "provider=local&region=R1&family=b200",
    ]

    private static func offers(cents: Int64) -> [Offer] {
        (0..<50_000).map { number in
            .bench(
                "offer-\(number)", cents: cents + Int64(number % 997),
                family: Family.fixed[number % Family.fixed.count].id, region: "R\(number % 100)")
        }
    }

    private static func timed(_ application: Application, _ query: String, _ context: Context) throws
        -> Double
    {
        var status = 0
        let time = milliseconds {
            status = application.respond(to: .success(.listings(query)), in: context).status
        }
        guard status == 200 else { throw TestFault("the catalog answers \(status) for \(query)") }
        return time
    }
}

extension Request {
    fileprivate static func listings(_ query: String) -> Request {
        let pairs = query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=")
            return (name: String(parts[0]), value: String(parts[1]))
        }
        return Request(
            method: .get, target: "/v1/catalog/listings?\(query)", path: ["v1", "catalog", "listings"],
            query: pairs, headers: [:], body: [], clientAddress: "127.0.0.1", isHTTPS: false,
            requestID: "bench")
    }
}
