import Foundation
import Storage
import TestSupport
import Testing

extension EndToEnd {
    @Test(.needsPods)
    func `a renter signs in, launches, works in a pod, stops it, and the books say what it cost`()
        async throws
    {
        try await Outlet.run { outlet in
            let ada = try Renter(at: outlet, addingKey: false)
            #expect(try ada.get("/v1/auth/me").json().value("user").text("email") == ada.email)
            try checkRefusalWithoutKey(ada)
            let key = try ada.addKey()
            #expect(try ada.get("/v1/ssh-keys").json().list("keys") == [key])
            try checkPreview(ada)

            let id = try ada.launch("rtx-4090", #","name":"first","env":{"GREETING":"hello pod"}"#)
            let reserved = try ada.balance()
            #expect(try reserved.integer("reservedCents") == 65)
            #expect(try reserved.integer("availableCents") == 1_935)
            let rental = try await ada.waitUntilRunning(id)
            #expect(try rental.list("attempts").last?.text("outcome") == "created")

            let pod = try Pod(rental, of: ada)
            try checkInside(pod, ada)
            try await checkMeterGoesOn(id, ada)
            try await checkStop(id, pod, ada)
            try checkBooks(id, ada)
            #expect(try outlet.control("verify").isEmpty == false)
        }
    }

    private func checkRefusalWithoutKey(_ ada: Renter) throws {
        let refused = try ada.post("/v1/rentals", #"{"familyId":"rtx-4090","gpuCount":1}"#)
        #expect(refused.status == 400 && refused.error == "validation_failed", "\(refused)")
        #expect(try refused.json().value("details").has("sshKeys"))
    }

    private func checkPreview(_ ada: Renter) throws {
        let before = try ada.balance()
        let preview = try ada.post("/v1/rentals/preview", #"{"familyId":"rtx-4090","gpuCount":1}"#).json()
        #expect(try preview.integer("pricePerHourCents") == 65)
        #expect(try preview.integer("availableCents") == 2_000)
        #expect(try preview.integer("runwaySeconds") == 2_000 * 3_600 / 65)
        #expect(try preview.value("matchedListing").text("providerCode") == "local")
        #expect(try ada.balance().integer("totalCents") == before.integer("totalCents"))
        #expect(try ada.get("/v1/rentals").json().list("rentals").isEmpty)
    }

    private func checkInside(_ pod: Pod, _ ada: Renter) throws {
        let inside = try pod.ssh("id -un; hostname; printenv GREETING; exit 7")
        #expect(inside.status == 7 && inside.output == "user\npod\nhello pod\n", "\(inside)")
        #expect(try pod.scp(ada.keyFile + ".pub", to: "copy").status == 0)
        #expect(
            try pod.ssh("cat copy").output == String(contentsOfFile: ada.keyFile + ".pub", encoding: .utf8))
        let stranger = ada.outlet.folder["stranger"]
        try Command.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", stranger])
        #expect(try pod.ssh("true", keyFile: stranger).status == 255, "an unknown key is refused")
    }

    private func checkMeterGoesOn(_ id: String, _ ada: Renter) async throws {
        let first = try ada.meter(id)
        let rate = try first.number("ratePerHour")
        #expect(rate == 0.65)
        try await eventually("the meter goes on", within: 15, every: 0.5) {
            try ada.meter(id).integer("secondsBilled") > first.integer("secondsBilled") + 1 ? () : nil
        }
        #expect(try ada.balance().integer("burnPerHourCents") == 65)
        let types = try ada.get("/v1/rentals/\(id)/events").json().list("events").map { try $0.text("type") }
        #expect(types.first?.hasPrefix("rental.") == true && types.count >= 2, "\(types)")
        let log = try ada.get("/v1/rentals/\(id)/log")
        #expect(log.status == 200 && log["Content-Type"]?.hasPrefix("text/plain") == true, "\(log)")
    }

    private func checkStop(_ id: String, _ pod: Pod, _ ada: Renter) async throws {
        let asked = ContinuousClock.now
        let stop = try ada.stop(id)
        #expect(stop.status == 200, "\(stop)")
        let answer = try stop.json()
        #expect(try answer.text("id") == id)
        #expect(try answer.text("status") == "stopping")
        let again = try ada.stop(id)
        #expect(again.status == 409 && again.error == "already_stopped", "\(again)")
        try await pod.waitUntilGone()
        #expect(ContinuousClock.now - asked < .seconds(5), "the pod is gone within 5 s of the request")

        let ended = try await ada.waitUntilEnded(id)
        #expect(try ended.text("status") == "stopped")
        #expect(try ended.text("stopReason") == "user")
        let seconds = try ended.instant("stoppedAt") - ended.instant("runningSince")
        let charge = price(seconds: seconds, rate: 65)
        #expect(try ended.integer("totalChargedCents") == charge)
        #expect(try answer.integer("finalChargedCents") == charge)
        #expect(try answer.integer("refundedCents") == 65 - charge)
        #expect(try ada.meter(id).integer("secondsBilled") == seconds)
        let late = try ada.stop(id)
        #expect(late.status == 409 && late.error == "already_stopped", "\(late)")
    }

    private func checkBooks(_ id: String, _ ada: Renter) throws {
        let ledger = try ada.get("/v1/billing/ledger").json()
        let entries = try ledger.list("entries")
        try checkLedger(entries)
        let types = try entries.map { try $0.text("type") }
        #expect(Set(types) == ["adjustment", "hold", "rental_charge", "release"], "\(types)")
        let balance = try ada.balance()
        #expect(try balance.integer("totalCents") == entries[0].integer("balanceAfterCents"))
        #expect(try balance.integer("totalCents") == ledger.integer("balanceCents"))
        #expect(try balance.integer("pendingCents") == 0)
        #expect(try balance.value("runwaySeconds") == .null)

        let csv = try ada.get("/v1/billing/ledger", headers: ["Accept: text/csv"])
        #expect(csv["Content-Type"]?.hasPrefix("text/csv") == true)
        let lines = csv.body.split(separator: "\r\n")
        #expect(lines.count == entries.count + 1)
        #expect(lines[0].hasPrefix("id,type,amountCents,"))
        #expect(
            try lines.dropFirst().map { $0.prefix { $0 != "," } }
                == entries.map { Substring(try $0.text("id")) })
        #expect(try ada.get("/v1/billing/ledger?format=csv").body == csv.body)
    }

    @Test(.needsPods) func `all running pods are stopped by the one line of shell that renters use`()
        async throws
    {
        try await Outlet.run { outlet in
            let ada = try Renter(at: outlet)
            let ids = try [ada.launch(), ada.launch()]
            for id in ids { _ = try await ada.waitUntilRunning(id) }
            let line = """
                curl -s -b sid=\(ada.cookie) \(outlet.address)/v1/rentals?status=running | jq -r '.rentals[].id' \
                | xargs -I{} curl -s -b sid=\(ada.cookie) -X POST \(outlet.address)/v1/rentals/{}/stop
                """
            let result = try Command.run("/bin/bash", ["-c", line])
            #expect(result.status == 0 && result.output.contains("\"stopping\""), "\(result)")
            for id in ids { #expect(try await ada.waitUntilEnded(id).text("stopReason") == "user") }
            #expect(try ada.get("/v1/rentals?status=running").json().list("rentals").isEmpty)
            try checkLedger(ada.get("/v1/billing/ledger").json().list("entries"))
        }
    }

    /// The books keep both moments: when a stop gave the order, and when the provider had carried it out.
    @Test(.needsPods) func `the order to end a pod leaves within 100 ms of the stop`() async throws {
        try await Outlet.run { outlet in
            let ada = try Renter(at: outlet)
            for _ in 0..<5 {
                let id = try ada.launch()
                _ = try await ada.waitUntilRunning(id)
                #expect(try ada.stop(id).status == 200)
                _ = try await ada.waitUntilEnded(id)
            }
            let times = try Database(path: outlet.folder["outlet.db"]).read { session in
                try session.rows(
                    """
                    SELECT done_at_ms - created_at_ms AS took
                    FROM effect
                    WHERE kind = 'terminate'
                    ORDER BY took
                    """
                ).map { $0.int("took") }
            }
            #expect(times.count == 5 && times[2] <= 100, "milliseconds until each pod was gone: \(times)")
        }
    }
}
