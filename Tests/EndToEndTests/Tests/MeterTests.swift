import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Test(.needsPods) func `a killed meter's pods are adopted by the next one, and the bill is exact`()
        async throws
    {
        try await Outlet.run(.centASecond) { outlet in
            let ada = try Renter(at: outlet)
            let id = try ada.launch("b300")
            let rental = try await ada.waitUntilRunning(id)
            let pod = try Pod(rental, of: ada)
            outlet.killMeter()

            #expect(try pod.ssh("echo still here").output == "still here\n")
            try await Task.sleep(for: .seconds(3))
            _ = try ada.meter(id)
            try outlet.startMeter()
            try await eventually("the new meter confirms the pod", within: 20, every: 0.3) {
                let heartbeat = try ada.meter(id).time("lastHeartbeatAt") ?? 0
                return heartbeat >= Int64(Date().timeIntervalSince1970) - 2 ? () : nil
            }
            let adopted = try ada.rental(id)
            #expect(try adopted.text("status") == "running")
            #expect(try adopted.integer("port") == pod.port)
            #expect(try pod.ssh("echo and still").output == "and still\n")

            let stop = try ada.stop(id).json()
            try await pod.waitUntilGone()
            let ended = try await ada.waitUntilEnded(id)
            let seconds = try ended.instant("stoppedAt") - rental.instant("runningSince")
            #expect(try stop.integer("finalChargedCents") == seconds, "a cent a second")
            #expect(try ended.integer("totalChargedCents") == seconds)
            #expect(try ada.balance().integer("totalCents") == 2_000 - seconds)
            try checkLedger(ada.get("/v1/billing/ledger").json().list("entries"))
            try outlet.control("verify")
        }
    }

    @Test(.needsPods) func `calls of tick alone carry a rental from launch to bill`() async throws {
        var options = Outlet.Options.centASecond
        options.hasMeter = false
        try await Outlet.run(options) { outlet in
            let ada = try Renter(at: outlet)
            try outlet.callMeter("tick")
            let id = try ada.launch("b300")
            let rental = try await ada.waitUntilRunning(id) { try outlet.callMeter("tick") }
            let pod = try Pod(rental, of: ada)
            #expect(try pod.ssh("echo between ticks").output == "between ticks\n")
            try await Task.sleep(for: .seconds(2))
            try outlet.callMeter("tick")
            _ = try ada.meter(id)
            #expect(try ada.stop(id).status == 200)
            try outlet.callMeter("tick")
            let ended = try await ada.waitUntilEnded(id) { try outlet.callMeter("tick") }
            try await pod.waitUntilGone()
            let seconds = try ended.instant("stoppedAt") - ended.instant("runningSince")
            #expect(try ended.integer("totalChargedCents") == seconds)
            try checkLedger(ada.get("/v1/billing/ledger").json().list("entries"))
        }
    }

    @Test(.needsPods) func `a meter that cron calls for some seconds works and ends by itself`() async throws
    {
        var options = Outlet.Options.centASecond
        options.hasMeter = false
        try await Outlet.run(options) { outlet in
            let ada = try Renter(at: outlet)
            try outlet.callMeter("tick")
            let id = try ada.launch("b300")
            let started = ContinuousClock.now
            try outlet.callMeter("run", "--for", "3s")
            #expect((.seconds(2)..<(.seconds(8))).contains(ContinuousClock.now - started))
            let rental = try ada.rental(id)
            #expect(try rental.text("status") == "running")
            let pod = try Pod(rental, of: ada)
            _ = try ada.meter(id)
            #expect(try ada.stop(id).status == 200)
            try outlet.callMeter("run", "--for", "2s")
            #expect(try ada.rental(id).text("status") == "stopped")
            try await pod.waitUntilGone()
        }
    }

    @Test func `without a meter nothing is launched`() async throws {
        var options = Outlet.Options()
        options.hasMeter = false
        try await Outlet.run(options) { outlet in
            let ada = try Renter(at: outlet)
            let refused = try ada.post("/v1/rentals", #"{"familyId":"rtx-4090","gpuCount":1}"#)
            #expect(refused.status == 503 && refused.error == "metering_paused", "\(refused)")
            #expect(Int(refused["Retry-After"] ?? "") != nil)
            #expect(try ada.balance().integer("availableCents") == 2_000)
            #expect(try ada.get("/v1/rentals").json().list("rentals").isEmpty)
            #expect(try Curl.send("GET", outlet.address + "/healthz").status == 503)
        }
    }
}
