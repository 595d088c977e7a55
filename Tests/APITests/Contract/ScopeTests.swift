import Configuration
import Domain
import HTTP
import Testing

@testable import API

@Suite struct `The scope of a route` {
    /// What tokens may do, written down a second time: a route that changes sides changes this list, too.
    private static let expected: [Scope: Set<String>] = [
        .read: [
            "GET /v1/auth/me", "GET /v1/ssh-keys", "POST /v1/rentals/preview", "GET /v1/rentals",
            "GET /v1/rentals/{id}", "GET /v1/rentals/{id}/meter", "GET /v1/rentals/{id}/events",
            "GET /v1/rentals/{id}/log", "GET /v1/billing/balance", "GET /v1/billing/ledger",
            "GET /v1/billing/seals", "GET /v1/billing/limits", "GET /v1/billing/usage",
            "GET /v1/billing/payments", "GET /v1/billing/card", "GET /v1/billing/auto-topup",
            "GET /v1/events",
        ],
        .rent: [
            "POST /v1/ssh-keys", "DELETE /v1/ssh-keys/{id}", "POST /v1/rentals", "POST /v1/rentals/{id}/stop",
        ],
        .billing: [
            "PUT /v1/billing/limits", "POST /v1/billing/checkout", "POST /v1/billing/setup-intent",
            "DELETE /v1/billing/card", "PUT /v1/billing/auto-topup",
        ],
    ]

    private func name(_ route: Route) -> String { "\(route.method.rawValue) \(route.pattern)" }

    @Test func `is the one that is written down`() {
        for scope in Scope.allCases {
            let found = routes.filter { $0.access == .scope(scope) }.map(name)
            #expect(Self.expected[scope] == Set(found), "\(scope)")
        }
    }

    @Test func `is demanded by each, of every token`() throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 9_999, requestsPerHour: 9_999))
        let ada = try o.renter()
        let sets = (1..<8).map { bits in
            Set(Scope.allCases.enumerated().filter { bits & (1 << $0.offset) != 0 }.map(\.element))
        }
        for scopes in sets {
            let secret = try o.token(of: ada, scopes).secret
            for route in routes {
                let reply = o.send(
                    route.method, route.samplePath, headers: ["authorization": ["Bearer \(secret)"]])
                switch route.access {
                case .anyone, .signed: #expect(reply.status != 403, "\(name(route))")
                case .signedIn: #expect(reply.status == 403 && reply.error == "forbidden", "\(name(route))")
                case .scope(let scope) where scopes.contains(scope):
                    #expect(reply.status != 403 && reply.status != 401, "\(name(route)) \(scopes)")
                case .scope(let scope):
                    #expect(reply.status == 403 && reply.error == "forbidden", "\(name(route)) \(scopes)")
                    #expect(reply.details["scope"].text == scope.rawValue)
                    #expect(reply[header: "WWW-Authenticate"]?.contains("insufficient_scope") == true)
                }
            }
        }
    }
}
