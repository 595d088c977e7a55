import TestSupport
import Testing

extension EndToEnd {
    @Test(.needsPods) func `a repeated launch with one Idempotency-Key is one rental`() async throws {
        try await Outlet.run { outlet in
            let ada = try Renter(at: outlet)
            let body = #"{"familyId":"rtx-4090","gpuCount":1}"#
            let first = try ada.post("/v1/rentals", body, headers: ["Idempotency-Key: once"])
            let second = try ada.post("/v1/rentals", body, headers: ["Idempotency-Key: once"])
            #expect(first.status == 200 && second.status == 200, "\(first) \(second)")
            #expect(first.body == second.body)
            #expect(first["Idempotency-Replayed"] == nil)
            #expect(second["Idempotency-Replayed"] == "true")
            let other = try ada.post(
                "/v1/rentals", #"{"familyId":"rtx-4090","gpuCount":1,"name":"x"}"#,
                headers: ["Idempotency-Key: once"])
            #expect(other.status == 409 && other.error == "idempotency_key_reused", "\(other)")
            #expect(try ada.get("/v1/rentals").json().list("rentals").count == 1)

            let id = try first.json().text("id")
            #expect(try ada.stop(id).status == 200)
            let ended = try await ada.waitUntilEnded(id)
            let charge = try ended.integer("totalChargedCents")
            #expect(charge <= 1, "stopped at once")
        }
    }

    @Test(.needsPods) func `a stranger sees nothing of a rental, and another site's page writes nothing`()
        async throws
    {
        try await Outlet.run { outlet in
            let ada = try Renter(at: outlet)
            let eve = try Renter("eve@example.org", at: outlet)
            let id = try ada.launch()
            for path in ["", "/meter", "/events", "/log"] {
                let foreign = try eve.get("/v1/rentals/\(id)\(path)")
                #expect(foreign.status == 404 && foreign.error == "rental_not_found", "\(path) \(foreign)")
                let nobody = try Curl.send("GET", outlet.address + "/v1/rentals/\(id)\(path)")
                #expect(nobody.status == 401 && nobody.error == "unauthorized", "\(path) \(nobody)")
            }
            #expect(try eve.stop(id).status == 404)
            #expect(try eve.get("/v1/rentals").json().list("rentals").isEmpty)
            let key = try ada.get("/v1/ssh-keys").json().list("keys")[0].text("id")
            let deleted = try Curl.send("DELETE", outlet.address + "/v1/ssh-keys/\(key)", cookie: eve.cookie)
            #expect(deleted.status == 404 && deleted.error == "key_not_found", "\(deleted)")

            for header in ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site", "Origin: null"] {
                let forged = try ada.post("/v1/rentals/\(id)/stop", headers: [header])
                #expect(forged.status == 403 && forged.error == "forbidden", "\(header) \(forged)")
            }
            let twice = try Curl.send(
                "GET", outlet.address + "/v1/auth/me",
                headers: ["Cookie: sid=\(ada.cookie)", "Cookie: sid=\(eve.cookie)"])
            #expect(twice.status == 400, "\(twice)")
            let own = try ada.post("/v1/rentals/\(id)/stop", headers: ["Origin: \(outlet.address)"])
            #expect(own.status == 200, "\(own)")
            _ = try await ada.waitUntilEnded(id)

            #expect(try ada.post("/v1/auth/logout").status == 200)
            #expect(try ada.get("/v1/auth/me").status == 401)
        }
    }
}
