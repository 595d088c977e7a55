import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// At a cent a second each, two pods that ran `s` and `t` seconds have used `s + t` cents.
    @Test(.needsPods) func `a wallet that runs dry ends its pods at the computed second, at zero`()
        async throws
    {
        try await Outlet.run(.centASecond) { outlet in
            let ada = try Renter(at: outlet, dollars: "0.36")
            let ids = try [ada.launch("b300"), ada.launch("b300")]
            var pods: [Pod] = []
            var starts: [Int64] = []
            for id in ids {
                let rental = try await ada.waitUntilRunning(id)
                pods.append(try Pod(rental, of: ada))
                starts.append(try rental.instant("runningSince"))
            }
            var wallet: Int64 = 36
            // Both burn a cent a second: an odd cent could not be used up.
            if abs(starts[0] - starts[1]) % 2 == 1 {
                try outlet.control("wallet", "credit", ada.email, "0.01", "--note", "makes it even")
                wallet += 1
            }
            let zero = (wallet + starts[0] + starts[1]) / 2
            let predicted = try ids.map { try ada.meter($0).instant("exhaustsAt") }
            #expect(predicted == [zero, zero])

            for (id, start) in zip(ids, starts) {
                let ended = try await ada.waitUntilEnded(id, within: 40) {
                    _ = try ada.balance()
                    for id in ids { _ = try ada.meter(id) }
                }
                #expect(try ended.text("stopReason") == "wallet_empty")
                #expect(try ended.time("stoppedAt") == zero)
                #expect(try ended.integer("totalChargedCents") == zero - start)
                #expect(try ada.meter(id).integer("secondsBilled") == zero - start)
            }
            for pod in pods { try await pod.waitUntilGone() }
            let late = Date().timeIntervalSince1970 - Double(zero)
            #expect(late < 8, "stopped, gone and asked for \(late) s after the wallet was empty")

            let balance = try ada.balance()
            #expect(try balance.integer("totalCents") == 0)
            #expect(try balance.integer("pendingCents") == 0)
            let entries = try ada.get("/v1/billing/ledger").json().list("entries")
            try checkLedger(entries)
            let refused = try ada.post("/v1/rentals", #"{"familyId":"b300","gpuCount":1}"#)
            #expect(refused.status == 403 && refused.error == "insufficient_balance", "\(refused)")
            #expect(try refused.json().value("details").integer("requiredCents") == 10)
            #expect(try refused.json().value("details").integer("availableCents") == 0)
            try outlet.control("verify")
        }
    }

    @Test(.needsPods) func `a rental with autoStopAfterHours ends by itself at that second`() async throws {
        try await Outlet.run(.centASecond) { outlet in
            let ada = try Renter(at: outlet)
            let id = try ada.launch("b300", #","autoStopAfterHours":0.002"#)  // 7.2 s
            let running = try await ada.waitUntilRunning(id)
            let planned = try running.instant("autoStopAt")
            let pod = try Pod(running, of: ada)
            let ended = try await ada.waitUntilEnded(id, within: 20) { _ = try ada.meter(id) }
            #expect(try ended.text("stopReason") == "auto_stop")
            #expect(try ended.time("stoppedAt") == planned)
            let seconds = try planned - ended.instant("runningSince")
            #expect(try ended.integer("totalChargedCents") == seconds)
            try await pod.waitUntilGone()
            try checkLedger(ada.get("/v1/billing/ledger").json().list("entries"))
        }
    }
}
