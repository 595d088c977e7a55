import Configuration
import Domain
import Testing

@testable import API

@Suite struct `The rate limit` {
    @Test func `is told with each reply, and ends in 429 until its window is over`() throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 3))
        let ada = try o.renter()
        let reset = String(o.store.clock.now.secondsSince1970 + 60)
        for (path, remaining) in [("/v1/auth/me", 2), ("/v1/rentals/x", 1), ("/v1/catalog/families", 0)] {
            let reply = o.get(path, as: ada)
            #expect(reply.status != 429 && reply.remaining == remaining)
            #expect(reply[header: "X-RateLimit-Limit"] == "3")
            #expect(reply[header: "X-RateLimit-Reset"] == reset)
        }
        o.store.clock.advance(by: Seconds(20))
        let refused = o.get("/v1/auth/me", as: ada)
        #expect(refused.status == 429 && refused.error == "rate_limited" && refused.remaining == 0)
        #expect(refused[header: "Retry-After"] == "40" && refused[header: "X-RateLimit-Reset"] == reset)
        #expect(refused[header: "X-RateLimit-Limit"] == "3")
        o.store.clock.advance(by: Seconds(40))
        #expect(o.get("/v1/auth/me", as: ada).remaining == 2)
    }

    @Test func `of the hour holds, too, and is the one told when it is tighter`() throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 3, requestsPerHour: 4))
        let ada = try o.renter()
        #expect(o.get("/v1/auth/me", as: ada)[header: "X-RateLimit-Limit"] == "3")
        o.store.clock.advance(by: .minute)
        for _ in 0..<2 { _ = o.get("/v1/auth/me", as: ada) }
        let fourth = o.get("/v1/auth/me", as: ada)
        #expect(fourth.status == 200 && fourth.remaining == 0)
        o.store.clock.advance(by: .minute)
        let refused = o.get("/v1/auth/me", as: ada)
        #expect(refused.status == 429 && refused[header: "X-RateLimit-Limit"] == "4")
        #expect(refused[header: "Retry-After"] == "\(3_600 - 120)")
    }

    @Test func `takes a tenth for a look at one rental or its meter`() throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 2))
        let ada = try o.renter()
        let rental = try o.launch(ada)
        for path in ["/v1/rentals/\(rental)", "/v1/rentals/\(rental)/meter"] {
            for _ in 0..<10 { #expect(o.get(path, as: ada).status == 200) }
        }
        #expect(o.get("/v1/rentals/\(rental)", as: ada).status == 429)
    }

    @Test func `is each session's own`() throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 1))
        let ada = try o.renter()
        let again = try o.signIn(ada.id)
        #expect(o.get("/v1/auth/me", as: ada).status == 200)
        #expect(o.get("/v1/auth/me", as: ada).status == 429)
        #expect(o.get("/v1/auth/me", as: again).status == 200)
    }

    @Test func `is the client address's where nobody is signed in, and health is free`() throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 2))
        #expect(o.get("/v1/catalog/families").remaining == 1)
        let refused = o.get("/v1/auth/me", headers: ["cookie": ["sid=wrong"]])
        #expect(refused.status == 401 && refused.remaining == 0)
        for path in ["/v1/catalog/families", "/v1/auth/me"] {
            let headers = [
                "cookie": ["sid=wrong"], "x-forwarded-for": ["203.0.113.9"], "forwarded": ["for=203.0.113.9"],
            ]
            let reply = o.get(path, headers: headers)
            #expect(reply.status == 429 && reply[header: "Retry-After"] == "60")
        }
        let ada = try o.renter()
        #expect(o.get("/v1/auth/me", as: ada).status == 200)
        for _ in 0..<3 { #expect(o.get("/healthz").status == 200) }
    }

    @Test func `counts what fits no route, for the caller where there is one`() throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 3))
        let ada = try o.renter()
        #expect(o.get("/v1/nothing", as: ada).remaining == 2)
        #expect(o.send(.post, "/v1/auth/me", as: ada).remaining == 1)
        #expect(o.send(.options, "/v1/auth/me", as: ada).remaining == 0)
        let refused = o.get("/v1/nothing", as: ada)
        #expect(refused.status == 429 && refused[header: "Retry-After"] == "60")
        #expect(o.get("/v1/auth/me", as: ada).status == 429)

        let wrong = ["authorization": ["Bearer gpo_x"]]
        let unknown = o.get("/v1/nothing", headers: wrong)
        #expect(unknown.status == 404 && unknown.remaining == 2)
        #expect(o.get("/v1/catalog/families").remaining == 1)
    }

    @Test func `keeps a launch from running, and its key free`() throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 1))
        let ada = try o.renter()
        _ = o.get("/v1/auth/me", as: ada)
        let body = #"{"familyId":"h100-80gb","gpuCount":1}"#
        #expect(o.post("/v1/rentals", body, as: ada, key: "k").status == 429)
        #expect(try o.context.rentals(of: ada.id, filter: .all, cursor: nil, pageSize: 9).items.isEmpty)
        o.store.clock.advance(by: .minute)
        let launched = o.post("/v1/rentals", body, as: ada, key: "k")
        #expect(launched.status == 200 && launched[header: "Idempotency-Replayed"] == nil)
    }
}

@Suite struct `Of several refusals` {
    /// Each request breaks its own rule and all those that come after it.
    @Test func `the first that applies is the one told`() throws {
        let o = try Outlet(limits: Settings.Limits(requestsPerMinute: 3))
        let ada = try o.renter(wallet: 0)
        let sound = #"{"familyId":"h100-80gb","gpuCount":1}"#
        let foreign = ["origin": ["https://evil.example"], "idempotency-key": ["k"]]
        func error(_ path: String, headers: [String: [String]] = foreign, body: String = "{") -> String? {
            o.send(.post, path, as: ada, headers: headers, body: body).error
        }
        #expect(
            error("/v1/rentals", headers: ["idempotency-key": ["k"]], body: sound) == "insufficient_balance")
        #expect(error("/v1/rentals", headers: ["idempotency-key": ["k"]]) == "idempotency_key_reused")
        #expect(error("/v1/rentals", headers: ["idempotency-key": ["new"]]) == "validation_failed")

        #expect(error("/v1/rentals", headers: ["idempotency-key": ["k"]]) == "rate_limited")
        #expect(error("/v1/rentals") == "forbidden")
        #expect(o.send(.post, "/v1/rentals", headers: foreign, body: "{").error == "unauthorized")
        let twice = o.send(
            .post, "/v1/rentals", headers: ["cookie": ["sid=a; sid=b"], "origin": ["null"]], body: "{")
        #expect(twice.error == "validation_failed" && twice.details.names == ["cookie"])
        #expect(error("/v1/billing/balance") == "rate_limited")
        o.store.clock.advance(by: .minute)
        #expect(error("/v1/billing/balance") == "method_not_allowed")
        #expect(error("/v1/balance") == "not_found")
    }

    @Test func `those of a launch go from shape to money`() throws {
        let o = try Outlet()
        let ada = try o.renter(wallet: 0)
        try o.write("DELETE FROM ssh_key")
        try o.write("DELETE FROM meter_state")
        func error(_ extra: String) -> String? {
            let reply = o.post("/v1/rentals", #"{"familyId":"b200","gpuCount":1\#(extra)}"#, as: ada)
            return reply.details.names.first ?? reply.error
        }
        #expect(error(#","x":1,"templateId":"none""#) == "x")
        #expect(error(#","templateId":"none""#) == "templateId")
        #expect(error("") == "sshKeys")
        _ = try o.context.addSSHKey(named: "laptop", SSHPublicKey(line: PublicKeys.edwards), for: ada.id)
        #expect(error("") == "metering_paused")
        try o.reportMeter()
        #expect(error("") == "nearest")
    }
}
