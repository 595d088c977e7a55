import Configuration
import Domain
import HTTP
import Operations
import Storage
import Testing

@testable import API

/// Every route of the table, asked by those whom another's things do not concern.
@Suite struct `What is Ada's` {
    private let o: Outlet
    private let ada: Outlet.Renter
    private let rental: ID<Rental>
    private let ids: [String]  // Of everything that is hers.

    init() throws {
        o = try Outlet(limits: Settings.Limits(requestsPerMinute: 1_000_000, requestsPerHour: 1_000_000))
        ada = try o.renter("ada")
        var request = LaunchRequest(familyID: "h100-80gb", gpuCount: 1)
        request.name = "CANARY-name"
        request.environment = ["SECRET": "CANARY-value"]
        request.startupScript = "echo CANARY-script"
        rental = try o.context.launch(request, by: ada.id).id
        try o.write("UPDATE rental SET log = 'CANARY-log'")
        _ = try o.context.adjust(ada.id, by: Cents(5), note: "CANARY-note", actor: "test")
        _ = try o.context.setLimits(SpendingLimits(pods: 77), alerts: [], of: ada.id)
        let token = try o.token(of: ada).id
        let keys = try o.context.sshKeys(of: ada.id).map(\.id.text)
        let events = try o.context.events(EventFilter(), cursor: nil, pageSize: 50).items.map(\.id.text)
        let lines = try o.context.ledgerRows(of: ada.id, filter: LedgerFilter(), before: nil, limit: 50)
        let sessions = try o.context.database.read {
            try $0.rows("SELECT id FROM sign_in").map { $0.text("id") }
        }
        ids = [rental.text, token.text, ada.id.text] + keys + events + lines.map(\.id.text) + sessions
    }

    private struct Asker {
        let name: String
        let headers: [String: [String]]
    }

    private func asker(_ name: String, _ renter: Outlet.Renter) -> Asker {
        Asker(name: name, headers: ["cookie": ["sid=\(renter.sid)"]])
    }

    private func asker(_ name: String, bearer secret: String) -> Asker {
        Asker(name: name, headers: ["authorization": ["Bearer \(secret)"]])
    }

    /// All that is stored of Ada, but for when her things were last used.
    private func state() throws -> [String] {
        let columns: [(table: SQL, columns: SQL)] = [
            ("rental", "id || state || billed_s"), ("ssh_key", "id || fingerprint"),
            ("access_token", "id || scopes"), ("sign_in", "id || ends_at_s"),
            ("ledger_entry", "id || amount_cents"), ("spending_limit", "own_pods || ''"),
            ("event", "id || type"),
        ]
        return try o.context.database.read { session in
            try columns.flatMap { table, columns in
                try session.rows("SELECT \(columns) AS line FROM \(table) WHERE user_id = \(ada.id)").map {
                    $0.text("line")
                }
            }
        }
    }

    /// Every route, with each id of hers in its path, in its query and in its body.
    private func visit(_ asker: Asker, check: (Route, String, Reply) -> Void) throws {
        let before = try state()
        for route in routes where !route.pattern.description.contains("logout") {
            for id in ids {
                let path = route.pattern.description.replacing(#/\{\w+\}/#, with: id)
                let query = ["rentalId", "cursor", "userId"].map { (name: $0, value: id) }
                for (query, body) in [
                    ([], ""), ([query[0]], "{}"), ([query[1]], #"{"id":"\#(id)"}"#), ([query[2]], ""),
                ] {
                    let reply = o.send(route.method, path, query: query, headers: asker.headers, body: body)
                    let place = "\(asker.name): \(route.method.rawValue) \(path)"
                    #expect(!reply.text.contains("CANARY") && !reply.text.contains("ada@"), "\(place)")
                    for secret in ids
                    where !path.contains(secret) && !query.contains(where: { $0.value == secret }) {
                        #expect(!reply.text.contains(secret), "\(place)")
                    }
                    #expect(reply.status != 500, "\(place)")
                    check(route, place, reply)
                }
                if !route.pattern.description.contains("{") { break }
            }
        }
        #expect(try state() == before, "\(asker.name) changed nothing")
    }

    @Test func `is not seen and not changed by another renter`() throws {
        let eve = try o.renter("eve")
        try visit(asker("eve", eve)) { route, place, reply in
            guard route.access != .anyone, route.pattern.description.contains("{") else { return }
            #expect(reply.status == 404 || reply.status == 400, "\(place)")
        }
        let secret = try o.token(of: eve).secret
        try visit(asker("eve's token", bearer: secret)) { route, place, reply in
            guard case .scope = route.access, route.pattern.description.contains("{") else { return }
            #expect(reply.status == 404 || reply.status == 400, "\(place)")
        }
    }

    @Test func `is not seen and not changed by nobody, nor by one whose account is closed`() throws {
        let eve = try o.renter("eve")
        let secret = try o.token(of: eve).secret
        try o.context.closeUser(eve.id)
        let askers = [
            Asker(name: "nobody", headers: [:]), asker("closed", eve), asker("closed token", bearer: secret),
            Asker(name: "guess", headers: ["cookie": ["sid=\(ada.id)"]]),
        ]
        for asker in askers {
            try visit(asker) { route, place, reply in
                if ![.anyone, .signed].contains(route.access) { #expect(reply.status == 401, "\(place)") }
            }
        }
    }

    @Test func `is not within reach of her own token without its scope`() throws {
        for scope in Scope.allCases {
            let secret = try o.token(of: ada, [scope]).secret
            for route in routes
            where ![.anyone, .signed, .scope(scope)].contains(route.access) {
                let before = try state()
                for id in ids {
                    let path = route.pattern.description.replacing(#/\{\w+\}/#, with: id)
                    let reply = o.send(route.method, path, headers: ["authorization": ["Bearer \(secret)"]])
                    #expect(reply.status == 403, "\(scope): \(route.method.rawValue) \(path)")
                    #expect(!reply.text.contains("CANARY"))
                }
                #expect(try state() == before)
            }
        }
    }
}
