import Domain
import HTTP
import Synchronization
import Testing

@testable import API

@Suite struct `A request with an Idempotency-Key` {
    private let sound = #"{"familyId":"h100-80gb","gpuCount":1}"#

    private func rentals(_ o: Outlet, _ renter: Outlet.Renter) throws -> Int {
        try o.context.rentals(of: renter.id, filter: .all, cursor: nil, pageSize: 100).items.count
    }

    @Test func `runs once, and its reply is given again`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let first = o.post("/v1/rentals", sound, as: ada, key: "k")
        #expect(first.status == 200 && first[header: "Idempotency-Replayed"] == nil)
        o.store.clock.advance(by: Seconds(86_399))
        let again = o.post("/v1/rentals", sound, as: ada, key: "k")
        #expect(again.status == 200 && again.text == first.text)
        #expect(again[header: "Idempotency-Replayed"] == "true")
        #expect(again[header: "Content-Type"] == "application/json" && again.remaining != nil)
        #expect(try rentals(o, ada) == 1)
    }

    @Test func `may be sent as new after a day`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        #expect(o.post("/v1/rentals/preview", sound, as: ada, key: "k").status == 200)
        o.store.clock.advance(by: Seconds(86_400))
        try o.offer(at: 300)
        let reply = o.post("/v1/rentals/preview", sound, as: ada, key: "k")
        #expect(reply.status == 200 && reply[header: "Idempotency-Replayed"] == nil)
    }

    @Test func `is 409 with another body, and at another address`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        _ = o.post("/v1/rentals", sound, as: ada, key: "k")
        for (path, body) in [
            ("/v1/rentals", sound + " "), ("/v1/rentals/preview", sound), ("/v1/rentals", ""),
        ] {
            let reply = o.post(path, body, as: ada, key: "k")
            #expect(reply.status == 409 && reply.error == "idempotency_key_reused", "\(path)")
        }
        #expect(try rentals(o, ada) == 1)
    }

    @Test func `has the key for its renter alone`() throws {
        let o = try Outlet()
        let (ada, eve) = (try o.renter("ada"), try o.renter("eve"))
        let (hers, other) = (
            o.post("/v1/rentals", sound, as: ada, key: "k"), o.post("/v1/rentals", sound, as: eve, key: "k")
        )
        #expect(other[header: "Idempotency-Replayed"] == nil && other.json["id"] != hers.json["id"])
    }

    @Test func `runs once when it comes eight times at once, and all get its reply`() async throws {
        let o = try Outlet()
        let ada = try o.renter()
        let contexts = try (0..<8).map { _ in try o.store.anotherContext() }
        let (application, body) = (o.application, sound)
        let replies = await withTaskGroup(of: (String, Bool).self, returning: [(String, Bool)].self) {
            group in
            for context in contexts {
                group.addTask {
                    let request = request(
                        .post, "/v1/rentals",
                        headers: ["cookie": ["sid=\(ada.sid)"], "idempotency-key": ["k"]],
                        body: body)
                    let reply = Reply(application.respond(to: .success(request), in: context))
                    return (reply.text, reply[header: "Idempotency-Replayed"] == "true")
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(replies.map(\.0)).count == 1 && replies.filter { !$0.1 }.count == 1)
        #expect(try rentals(o, ada) == 1)
    }

    @Test func `keeps a refusal, but not that the outlet could not`() throws {
        let o = try Outlet()
        let poor = try o.renter("poor", wallet: 0)
        #expect(o.post("/v1/rentals", sound, as: poor, key: "k").error == "insufficient_balance")
        _ = try o.context.adjust(poor.id, by: Cents(500), note: "late", actor: "test")
        let again = o.post("/v1/rentals", sound, as: poor, key: "k")
        #expect(again.status == 403 && again[header: "Idempotency-Replayed"] == "true")

        o.store.clock.advance(by: Seconds(121))
        try o.offer(at: 290)
        #expect(o.post("/v1/rentals", sound, as: poor, key: "k2").error == "metering_paused")
        try o.reportMeter()
        #expect(o.post("/v1/rentals", sound, as: poor, key: "k2").status == 200)
    }

    @Test func `that stopped a rental is no second stop`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let path = "/v1/rentals/\(try o.launch(ada))/stop"
        let first = o.post(path, as: ada, key: "k")
        #expect(first.status == 200 && first.json["status"].text == "stopping")
        #expect(o.post(path, as: ada, key: "k").text == first.text)
        let other = o.post(path, as: ada, key: "k2")
        #expect(other.status == 409 && other.error == "already_stopped")
        #expect(other.details["status"].text == "stopping")
    }

    @Test func `leaves nothing of a work that failed half way`() throws {
        let o = try Outlet(routes: [
            Route(.post, "/v1/try", .signedIn) { call in
                _ = try call.context.adjust(call.user, by: Cents(1), note: "half", actor: "test")
                throw Fault()
            }
        ])
        let ada = try o.renter()
        #expect(o.post("/v1/try", as: ada, key: "k").status == 500)
        #expect(try o.context.balance(of: ada.id).available == Cents(10_000))
    }

    @Test func `may try again after a fault`() throws {
        let tries = Mutex(0)
        let o = try Outlet(routes: [
            Route(.post, "/v1/try", .signedIn) { _ in
                tries.withLock { $0 += 1 }
                if tries.withLock({ $0 }) == 1 { throw Fault() }
                return .ok
            }
        ])
        let ada = try o.renter()
        #expect([500, 200, 200] == (0..<3).map { _ in o.post("/v1/try", as: ada, key: "k").status })
        #expect(tries.withLock { $0 } == 2)
    }

    /// As a crash between the work and the keeping of its reply, had they been two transactions.
    @Test func `whose reply cannot be kept does nothing, and may be sent again`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let before = o.get("/v1/billing/balance", as: ada).text
        let rings = o.store.world.rings
        try o.damage(
            """
            CREATE TRIGGER broken BEFORE UPDATE ON idempotency
            BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END
            """)
        #expect(o.post("/v1/rentals", sound, as: ada, key: "k").status == 500)
        #expect(try rentals(o, ada) == 0 && o.store.world.rings == rings)
        #expect(o.get("/v1/billing/balance", as: ada).text == before)
        try o.damage("DROP TRIGGER broken")
        let launched = o.post("/v1/rentals", sound, as: ada, key: "k")
        #expect(launched.status == 200 && launched[header: "Idempotency-Replayed"] == nil)
        #expect(try rentals(o, ada) == 1 && o.store.world.rings == rings + 1)

        let path = "/v1/rentals/\(launched.json["id"].text ?? "")"
        try o.damage(
            "CREATE TRIGGER broken BEFORE UPDATE ON idempotency BEGIN SELECT RAISE(ABORT, 'full'); END")
        #expect(o.post(path + "/stop", as: ada, key: "s").status == 500)
        #expect(o.get(path, as: ada).json["status"].text == "provisioning")
        try o.damage("DROP TRIGGER broken")
        #expect(o.post(path + "/stop", as: ada, key: "s").json["status"].text == "stopping")
    }

    @Test(arguments: [[""], [String(repeating: "k", count: 256)], ["é"], ["a\tb"], ["a", "b"]])
    func `has to have one of the right shape`(keys: [String]) throws {
        let o = try Outlet()
        let ada = try o.renter()
        let reply = o.send(.post, "/v1/rentals", as: ada, headers: ["idempotency-key": keys], body: sound)
        #expect(reply.status == 400 && reply.details.names == ["Idempotency-Key"])
        #expect(try rentals(o, ada) == 0)
    }
}

/// What breaks inside, with words that nobody outside may read.
struct Fault: Error, CustomStringConvertible {
    var description: String { "SECRET /var/lib/outlet.db" }
}
