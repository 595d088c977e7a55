import Domain
import HTTP
import Testing

@testable import API

/// What holds for every line of the route table.
@Suite struct `Every route` {
    @Test func `of those signed in answers 401 to all others, whatever they send`() throws {
        let o = try Outlet()
        for route in routes where ![.anyone, .signed].contains(route.access) {
            let credentials: [[String: [String]]] = [
                [:], ["cookie": ["sid=wrong"]], ["authorization": ["Bearer gpo_wrong"]],
                ["origin": ["https://evil.example"]],
            ]
            for headers in credentials {
                let reply = o.send(route.method, route.samplePath, headers: headers, body: "{\"x\":1}")
                #expect(reply.status == 401 && reply.error == "unauthorized", "\(route.pattern)")
                #expect(reply[header: "WWW-Authenticate"] != nil)
            }
        }
    }

    @Test func `that writes answers 403 to another site's page`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        for route in routes where route.method != .get && route.access != .signed {
            let reply = o.send(
                route.method, route.samplePath, as: ada, headers: ["origin": ["https://evil.example"]])
            #expect(reply.status == 403 && reply.error == "forbidden", "\(route.pattern)")
        }
        #expect(o.get("/v1/auth/me", as: ada).status == 200)
    }

    @Test func `refuses two session cookies`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        for route in routes where route.access != .signed {
            let reply = o.send(
                route.method, route.samplePath, headers: ["cookie": ["sid=\(ada.sid); sid=\(ada.sid)"]])
            #expect(reply.status == 400 && reply.error == "validation_failed", "\(route.pattern)")
        }
    }

    @Test func `with an id answers 404 for what is foreign, unknown or ill-formed`() throws {
        let o = try Outlet()
        let (ada, eve) = (try o.renter("ada"), try o.renter("eve"))
        let rental = try o.launchRunning(ada)
        let key = try #require(try o.context.sshKeys(of: ada.id).first?.id)
        let session = try #require(try o.context.sessions(of: ada.id).first?.id)
        let token = try o.token(of: ada).id
        for route in routes where route.pattern.description.contains("{id}") {
            let (id, error) =
                switch route.pattern.description.split(separator: "/").dropFirst().first {
                case "ssh-keys": (key.text, "key_not_found")
                case "auth": (session.text, "not_found")
                case "tokens": (token.text, "not_found")
                default: (rental.text, "rental_not_found")
                }
            let wrong = [
                id, String(id.dropLast()) + (id.last == "0" ? "1" : "0"), id.lowercased(), id + "0",
                String(id.dropLast()), "usr" + id.drop { $0 != "_" }, "x", "..%2f", "é", "' OR 1=1 --",
            ]
            for id in wrong {
                let path = route.pattern.description.replacing("{id}", with: id)
                let reply = o.send(route.method, path, as: eve)
                #expect(reply.status == 404, "\(route.method) \(path)")
                #expect(reply.error == error)
                #expect(!reply.text.contains("ada"))
            }
        }
        #expect(try o.context.rental(rental, of: ada.id)?.status == .running)
        #expect(try o.context.sshKeys(of: ada.id).count == 1)
        #expect(o.get("/v1/rentals", as: eve).json["rentals"].items.isEmpty)
        let ledger = o.get("/v1/billing/ledger", as: eve, query: [("rentalId", rental.text)])
        #expect(ledger.status == 200 && ledger.json["entries"].items.isEmpty)
    }

    @Test func `that takes a body names the field that it does not know`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        for route in routes where route.takesBody {
            let reply = o.send(route.method, route.samplePath, as: ada, body: #"{"colour":"red"}"#)
            #expect(reply.status == 400 && reply.error == "validation_failed", "\(route.pattern)")
            #expect(reply.details.names == ["colour"], "\(route.pattern)")
        }
        #expect(o.get("/v1/auth/me", as: ada).status == 200)
    }

    @Test(arguments: ["[]", "1", "null", "{", "{\"a\":1,\"a\":2}", "\u{0}"])
    func `that takes a body wants one JSON object`(body: String) throws {
        let o = try Outlet()
        let ada = try o.renter()
        for route in routes where route.takesBody {
            let reply = o.send(route.method, route.samplePath, as: ada, body: body)
            #expect(reply.status == 400 && reply.error == "validation_failed", "\(route.pattern)")
        }
    }

    @Test func `that takes a body wants it said to be JSON`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        for route in routes where route.takesBody {
            let reply = o.send(
                route.method, route.samplePath, as: ada, headers: ["content-type": ["text/plain"]], body: "{}"
            )
            #expect(reply.status == 400 && reply.details.names == ["Content-Type"], "\(route.pattern)")
        }
    }

    @Test func `tells its methods, and no other is let through`() throws {
        let o = try Outlet()
        for route in routes {
            let taken = Set(routes.filter { $0.pattern == route.pattern }.map(\.method))
            for method in Request.Method.allCases where !taken.contains(method) {
                if method == .head && taken.contains(.get) { continue }
                let reply = o.send(method, route.samplePath)
                #expect(reply.status == (method == .options ? 204 : 405), "\(method) \(route.pattern)")
                #expect(reply.error == (method == .options ? nil : "method_not_allowed"))
                let allow = reply[header: "Allow"]?.split(separator: ", ").map(String.init) ?? []
                #expect(Set(allow).isSuperset(of: taken.map(\.rawValue)))
            }
        }
    }

    @Test func `answers HEAD as it answers GET`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let rental = try o.launch(ada)
        for route in routes where route.method == .get {
            let path = route.samplePath.replacing(#/rent_[^/]+/#, with: rental.text)
            let (get, head) = (o.get(path, as: ada), o.send(.head, path, as: ada))
            let expected =  // No provider is set up here, and nobody was sent to one.
                switch path {
                case "/v1/auth/oauth/google": 302
                case "/v1/auth/oauth/google/callback": 401
                default: 200
                }
            #expect(get.status == expected && head.status == expected, "\(path)")
            #expect(get.text == head.text && get[header: "ETag"] == head[header: "ETag"])
            #expect(get[header: "Content-Type"] == head[header: "Content-Type"])
        }
    }

    @Test func `carries its request's id, and what may be kept of it`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        for route in routes {
            for renter in [nil, try o.signIn(ada.id)] {  // One of the routes signs out.
                let reply = o.send(route.method, route.samplePath, as: renter)
                #expect(reply[header: "X-Request-Id"] == "0123456789abcdef")
                #expect(reply.error == nil || reply.json["requestId"].text == "0123456789abcdef")
                let caching =
                    switch reply.status == 200 ? route.caching : .none {
                    case .none: "no-store"
                    case .validated: "private, no-cache"
                    case .shared: renter == nil ? "public, max-age=15" : "private, max-age=15"
                    }
                #expect(reply[header: "Cache-Control"] == caching, "\(route.pattern)")
            }
        }
    }

    @Test(arguments: ["/", "/v1", "/v1/rental", "/v1/rentals/x/y", "/V1/rentals", "/admin"])
    func `is all there is`(path: String) throws {
        let o = try Outlet()
        for method in Request.Method.allCases {
            let reply = o.send(method, path)
            #expect(reply.status == 404 && reply.error == "not_found", "\(method) \(path)")
        }
    }
}
