import Domain
import HTTP
import Testing

@testable import API

@Suite struct `A launch that is refused` {
    private func launch(_ o: Outlet, _ renter: Outlet.Renter, _ extra: String = "") -> Reply {
        o.post("/v1/rentals", #"{"familyId":"h100-80gb","gpuCount":1\#(extra)}"#, as: renter)
    }

    @Test func `for its price says what is needed and what is there`() throws {
        let o = try Outlet()
        let reply = launch(o, try o.renter(wallet: 279))
        #expect(reply.status == 403 && reply.error == "insufficient_balance")
        #expect(reply.details["requiredCents"].integer == 280)
        #expect(reply.details["availableCents"].integer == 279)
    }

    @Test func `for want of a meter says when to try again`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        o.store.clock.advance(by: Seconds(121))
        let reply = launch(o, ada)
        #expect(reply.status == 503 && reply.error == "metering_paused")
        #expect(reply[header: "Retry-After"] == "60")
    }

    @Test func `for want of a listing shows up to three that nearly fit, as the catalog does`() throws {
        let o = try Outlet(prices: [310, 280, 300, 290])
        let reply = launch(o, try o.renter(), #","region":"eu""#)
        #expect(reply.status == 400 && reply.error == "model_unavailable")
        let listings = o.get("/v1/catalog/listings").json["listings"].items
        #expect(reply.details["nearest"].items == Array(listings.prefix(3)))
    }

    @Test func `for a risen price says the price`() throws {
        let o = try Outlet()
        let reply = launch(o, try o.renter(), #","maxPricePerHourCents":279"#)
        #expect(reply.status == 409 && reply.error == "price_changed")
        #expect(reply.details["pricePerHourCents"].integer == 280)
    }

    @Test func `for its number of GPUs has that number's code`() throws {
        let o = try Outlet()
        let reply = o.post("/v1/rentals", #"{"familyId":"b200","gpuCount":3}"#, as: try o.renter())
        #expect(reply.status == 400 && reply.error == "invalid_count")
    }

    @Test func `moves no money and leaves no rental`() throws {
        let o = try Outlet()
        let ada = try o.renter(wallet: 279)
        let before = o.get("/v1/billing/ledger", as: ada).text
        _ = launch(o, ada)
        #expect(o.get("/v1/billing/ledger", as: ada).text == before)
        #expect(o.get("/v1/rentals", as: ada).json["rentals"].items.isEmpty)
    }
}

@Suite struct `An SSH key` {
    private func add(_ o: Outlet, _ renter: Outlet.Renter, _ line: String, name: String = "desk") -> Reply {
        var json = JSONWriter()
        json.object { json in
            json.field("name", name)
            json.field("publicKey", line)
        }
        return o.post("/v1/ssh-keys", String(decoding: json.bytes, as: UTF8.self), as: renter)
    }

    @Test func `that is sound is listed with its five fields, and can be deleted once`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let added = add(o, ada, PublicKeys.other)
        #expect(added.status == 200)
        #expect(added.json.names == ["id", "name", "fingerprint", "algorithm", "createdAt"])
        #expect(o.get("/v1/ssh-keys", as: ada).json["keys"].items.first == added.json)
        let path = "/v1/ssh-keys/\(added.json["id"].text ?? "")"
        #expect(o.send(.delete, path, as: ada).json["ok"] == .bool(true))
        #expect(o.send(.delete, path, as: ada).error == "key_not_found")
    }

    @Test func `that is weak, known or none is refused by name`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let lines = [
            (PublicKeys.shortRSA, "weak_key"), ("ssh-dss AAAAB3NzaC1kc3M=", "weak_key"),
            (PublicKeys.edwards, "duplicate_key"), ("ssh-ed25519 AAAA", "invalid_key"), ("", "invalid_key"),
            ("\(PublicKeys.other)\n\(PublicKeys.other)", "invalid_key"),
        ]
        for (line, code) in lines {
            let reply = add(o, ada, line)
            #expect(reply.status == 400 && reply.error == code, "\(line)")
            #expect(reply.details.names == ["publicKey"])
        }
        #expect(o.get("/v1/ssh-keys", as: ada).json["keys"].items.count == 1)
    }

    @Test func `that is private is refused and not repeated`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        let secret = "b3BlbnNzaC1rZXktdjEAAAAA"
        let reply = add(
            o, ada, "-----BEGIN OPENSSH PRIVATE KEY-----\n\(secret)\n-----END OPENSSH PRIVATE KEY-----")
        #expect(reply.error == "invalid_key" && !reply.text.contains(secret))
    }

    @Test(arguments: ["", "   ", "a\nb", String(repeating: "é", count: 65)])
    func `has a name of one line`(name: String) throws {
        let o = try Outlet()
        let reply = add(o, try o.renter(), PublicKeys.other, name: name)
        #expect(reply.status == 400 && reply.details.names == ["name"])
    }
}

@Suite struct `A sign-in` {
    @Test func `by link works once, and gives a cookie that works until signing out`() throws {
        let o = try Outlet()
        let user = try o.context.addUser(email: "bob@example.org").id
        let token = try o.context.createSignInLink(for: user, validFor: .hour).token
        let body = #"{"token":"\#(token)"}"#
        let reply = o.post("/v1/auth/link", body)
        #expect(reply.status == 200 && reply.json["user"]["email"].text == "bob@example.org")
        let cookie = try #require(reply[header: "Set-Cookie"])
        let again = o.post("/v1/auth/link", body)
        #expect(again.status == 401 && again.error == "code_invalid" && again[header: "Set-Cookie"] == nil)

        let headers = ["cookie": [String(cookie.prefix { $0 != ";" })]]
        #expect(o.get("/v1/auth/me", headers: headers).json["user"] == reply.json["user"])
        let out = o.send(.post, "/v1/auth/logout", headers: headers)
        #expect(out.status == 200 && out[header: "Set-Cookie"]?.hasPrefix("sid=; Max-Age=0") == true)
        #expect(o.get("/v1/auth/me", headers: headers).status == 401)
    }

    @Test func `ends with its account`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        try o.context.closeUser(ada.id)
        #expect(o.get("/v1/auth/me", as: ada).status == 401)
        #expect(o.get("/v1/catalog/listings", as: ada).status == 200)
    }
}
