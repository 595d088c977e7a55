import Domain
import Foundation
import Operations
import Providers
import Storage
import TestSupport

/// An outlet with a renter of 20 pods and a catalog of 100 listings, and the reads of it that are measured.
final class Reads {
    let outlet: BenchOutlet
    let calls: [MeasuredCall]
    let sid: String

    init() throws {
        outlet = try BenchOutlet(threads: 16)
        let renter = try outlet.populate(
            wallets: 1, rentalsEach: 20, cents: 100_000_000, since: outlet.now())
        _ = try outlet.context.addSSHKey(named: "laptop", benchKey, for: renter.users[0])
        let offers = (0..<100).map { Offer.bench("offer-\($0)", cents: 65 + Int64($0)) }
        try outlet.context.storeOffers(offers, provider: "local")
        sid = try outlet.context.createSession(for: renter.users[0], userAgent: "wrk", address: "127.0.0.1")
            .sid
        calls = [
            MeasuredCall(
                name: "GET /v1/catalog/listings, 50 rows", path: "/v1/catalog/listings?pageSize=50",
                cookie: nil, goal: 0.8, goalAgainstPHP: nil),
            MeasuredCall(
                name: "GET /v1/rentals/:id", path: "/v1/rentals/\(renter.rentals[10])", cookie: sid,
                goal: 0.75,
                goalAgainstPHP: nil),
            MeasuredCall(
                name: "GET /v1/rentals, 20 rows", path: "/v1/rentals?pageSize=20", cookie: sid, goal: 0.65,
                goalAgainstPHP: 2.7),
        ]
    }
}
