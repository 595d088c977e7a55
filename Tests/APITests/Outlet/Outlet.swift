import Configuration
import Domain
import HTTP
import Logging
import Operations
import Providers
import Storage
import TestSupport

@testable import API

/// An outlet that is asked through its HTTP interface, without a transport. What a meter would write, a test writes.
final class Outlet {
    /// One who is signed in.
    struct Renter {
        let id: ID<User>
        let sid: String
    }

    let store: TestStore
    let application: Application
    private(set) var offers: [Offer] = []

    var context: Context { store.context }

    /// Where all requests of a test come from one address at one instant.
    static let noLimits = Settings.Limits(
        requestsPerMinute: 1_000_000, requestsPerHour: 1_000_000, codesPerHour: 1_000_000,
        wrongCodesPerHour: 1_000_000, checkoutsPerHour: 1_000_000)

    /// One offer of an H100 at each price, and a meter that has just reported. Mail stays in the outbox.
    init(
        prices: [Int64] = [280], limits: Settings.Limits = Outlet.noLimits, routes: [Route] = API.routes,
        cards: CardPayments? = FakeStripe().cards, change: (inout Settings) -> Void = { _ in }
    ) throws {
        store = try TestStore {
            var settings = Settings.forTests(dataDirectory: $0)
            settings.limits = limits
            settings.signIn.signUp = .open
            settings.mail = Settings.Mail(
                senderName: "", sender: EmailAddress("outlet@example.org")!, delivery: .folder($0 + "/mail"))
            change(&settings)
            return settings
        }
        application = Application(
            settings: store.context.settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            catalog: CatalogCache(),
            identityProviders: try IdentityProviders(
                store.context.settings, clocks: store.context.environment.clocks), cards: cards,
            routes: routes)
        for price in prices { try offer(at: price) }
        try reportMeter()
    }

    /// The provider has one more to sell.
    func offer(at price: Int64) throws {
        offers.append(
            Offer(
                key: "\(offers.count)", family: "h100-80gb", model: "H100_SXM_80GB", vramGB: 80, gpuCount: 1,
                price: HourlyRate(centsPerHour: price)!, region: "US-East", regionCode: "US",
                interconnect: nil,
                free: 9, note: nil))
        try context.storeOffers(offers, provider: "local")
    }

    func reportMeter() throws {
        let now = store.clock.reading.realtime
        try write("INSERT OR REPLACE INTO meter_state VALUES (1, \(now), \(now), 'test')")
    }

    func write(_ sql: SQL) throws { _ = try context.database.write { try $0.run(sql) } }

    /// Does to the schema what no connection of the outlet may.
    func damage(_ sql: String) throws {
        try Thief(path: context.database.path, keepsRules: true).run(sql)
    }

    /// A user with a key and `wallet` cents, signed in.
    func renter(_ name: String = "ada", wallet: Int64 = 10_000) throws -> Renter {
        let user = try context.addUser(email: "\(name)@example.org").id
        _ = try context.addSSHKey(named: "laptop", SSHPublicKey(line: PublicKeys.edwards), for: user)
        if wallet > 0 { _ = try context.adjust(user, by: Cents(wallet), note: "test", actor: "test") }
        return try signIn(user)
    }

    func signIn(_ user: ID<User>) throws -> Renter {
        Renter(id: user, sid: try context.createSession(for: user, userAgent: nil, address: nil).sid)
    }

    func token(
        of renter: Renter, _ scopes: Set<Scope> = Set(Scope.allCases), validFor: Seconds? = nil
    ) throws -> (secret: String, id: ID<AccessToken>) {
        let (secret, token) = try context.createToken(
            named: "script", scopes: Scopes(scopes)!, validFor: validFor, for: renter.id)
        return (secret, token.id)
    }

    /// A rental as it was asked for: provisioning.
    func launch(_ renter: Renter) throws -> ID<Rental> {
        try context.launch(LaunchRequest(familyID: "h100-80gb", gpuCount: 1), by: renter.id).id
    }

    /// A rental whose pod answers from this second on.
    func launchRunning(_ renter: Renter) throws -> ID<Rental> {
        let rental = try launch(renter)
        let now = store.clock.now
        try write(
            """
            UPDATE rental SET state = 'running', running_at_s = \(now), confirmed_at_s = \(now)
             WHERE id = \(rental)
            """)
        return rental
    }

    func send(
        _ method: Request.Method?, _ path: String, as renter: Renter? = nil,
        query: [(name: String, value: String)] = [], headers: [String: [String]] = [:], body: String = ""
    ) -> Reply {
        var headers = headers
        if let renter { headers["cookie"] = ["sid=\(renter.sid)"] }
        let request = request(method, path, query: query, headers: headers, body: body)
        return Reply(application.respond(to: .success(request), in: context))
    }

    func get(
        _ path: String, as renter: Renter? = nil, query: [(name: String, value: String)] = [],
        headers: [String: [String]] = [:]
    ) -> Reply {
        send(.get, path, as: renter, query: query, headers: headers)
    }

    /// A `POST` with an `Idempotency-Key` when one is given.
    func post(_ path: String, _ body: String = "", as renter: Renter? = nil, key: String? = nil) -> Reply {
        send(.post, path, as: renter, headers: key.map { ["idempotency-key": [$0]] } ?? [:], body: body)
    }
}

/// Keys of the right shape; nobody signs in with them.
enum PublicKeys {
    static let edwards = line("ssh-ed25519", [UInt8](repeating: 7, count: 32))
    static let other = line("ssh-ed25519", [UInt8](repeating: 8, count: 32))
    static let shortRSA = line("ssh-rsa", [1, 0, 1], [0, 0x80] + [UInt8](repeating: 1, count: 127))

    private static func line(_ type: String, _ parts: [UInt8]...) -> String {
        let wire = ([Array(type.utf8)] + parts).flatMap { part in
            withUnsafeBytes(of: UInt32(part.count).bigEndian, Array.init) + part
        }
        return "\(type) \(Base64.encode(wire))"
    }
}
