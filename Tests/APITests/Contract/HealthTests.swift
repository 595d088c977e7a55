import Domain
import HTTP
import Testing

@testable import API
@testable import Operations

@Suite struct `Health` {
    @Test func `is 200 while the meter reports, and 503 with the reason when it does not`() throws {
        let o = try Outlet()
        let well = o.get("/healthz")
        #expect(well.status == 200 && well.json["status"].text == "ok")
        #expect(well.json["meterAgeSeconds"].integer == 0)
        o.store.clock.advance(by: Seconds(120))
        #expect(o.get("/healthz").status == 200)
        o.store.clock.advance(by: Seconds(1))
        let late = o.get("/healthz")
        #expect(late.status == 503 && late.json["meterAgeSeconds"].integer == 121)
        #expect(late.json["problems"].items.count == 1 && late[header: "Cache-Control"] == "no-store")
        try o.write("DELETE FROM meter_state")
        let never = o.get("/healthz")
        #expect(never.status == 503 && never.json["meterAgeSeconds"] == .null)
    }

    @Test func `is 503 without a word of the inside when the database fails`() throws {
        let o = try Outlet()
        try o.damage("DROP TABLE meter_state")
        let reply = o.get("/healthz")
        #expect(reply.status == 503 && !reply.text.contains("meter_state"))
    }
}

@Suite struct `Metrics` {
    @Test func `are in the text format of Prometheus, each name in one block`() throws {
        let o = try Outlet()
        _ = try o.launchRunning(try o.renter())
        let reply = o.get("/metrics")
        #expect(reply.status == 200 && reply[header: "Content-Type"] == "text/plain; version=0.0.4")
        #expect(reply.text.hasSuffix("\n") && !reply.text.contains("\n\n"))
        var blocks: [String] = []
        for line in reply.text.split(separator: "\n") {
            if let help = line.wholeMatch(of: #/# HELP ([a-z_]+) .+/#) {
                blocks.append(String(help.output.1))
            } else if let type = line.wholeMatch(of: #/# TYPE ([a-z_]+) (gauge|counter)/#) {
                #expect(blocks.last == String(type.output.1))
            } else if let sample = line.wholeMatch(of: #/([a-z_]+)(\{[a-z_]+="[a-z_]+"\})? -?\d+/#) {
                #expect(blocks.last == String(sample.output.1))
            } else {
                Issue.record("\(line)")
            }
        }
        #expect(Set(blocks).count == blocks.count && blocks.contains("outlet_meter_age_seconds"))
        #expect(reply.text.contains("outlet_rentals{status=\"running\"} 1\n"))
        #expect(reply.text.contains("outlet_listings_free 1\n"))
    }

    @Test func `keep to their line whatever a label says`() {
        let metric = Metric(
            name: "a", help: "say \"x\" \\ \r\n", type: "gauge", value: -1,
            labels: [("l", "q\" b\\ n\n rn\r\n"), ("m", "")])
        let text = PrometheusText.write([metric])
        #expect(
            text
                == "# HELP a say \"x\" \\\\ \r\\n\n# TYPE a gauge\na{l=\"q\\\" b\\\\ n\\n rn\r\\n\",m=\"\"} -1\n"
        )
    }
}

@Suite struct `A fault` {
    @Test func `is a 500 that tells its request's id and nothing else`() throws {
        let o = try Outlet(routes: [
            Route(.get, "/v1/open", .anyone) { _ in throw Fault() },
            Route(.get, "/v1/kept", .signedIn, caching: .validated) { _ in throw Fault() },
        ])
        let ada = try o.renter()
        for reply in [o.get("/v1/open"), o.get("/v1/kept", as: ada)] {
            #expect(reply.status == 500 && reply.error == "internal_error")
            #expect(reply.json.names == ["error", "message", "requestId"])
            #expect(reply.json["requestId"].text == "0123456789abcdef")
            #expect(!reply.text.contains("SECRET") && reply[header: "ETag"] == nil)
        }
    }

    @Test func `of the database is one, too`() throws {
        let o = try Outlet()
        let ada = try o.renter()
        try o.damage("ALTER TABLE ssh_key RENAME TO lost")
        let reply = o.get("/v1/ssh-keys", as: ada)
        #expect(reply.status == 500 && !reply.text.contains("ssh_key"))
    }

    @Test(arguments: [400, 431])
    func `of the request's bytes is answered as its reader says`(status: Int) throws {
        let o = try Outlet()
        let fault = RequestFault(status: status, message: "the address is too long", requestID: "abcdef0123")
        let reply = Reply(o.application.respond(to: .failure(fault), in: o.context))
        #expect(reply.status == status && reply.error == "validation_failed")
        #expect(reply[header: "X-Request-Id"] == "abcdef0123" && reply[header: "Cache-Control"] == "no-store")
    }
}
