import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// How many processes are killed; `scripts/soak crashes` asks for more.
    private static let kills: Int =
        ProcessInfo.processInfo.environment["OUTLET_SOAK_REAL_KILLS"].flatMap { Int($0) } ?? 16

    @Test(.needsPods) func `responder and meter killed during requests lose nothing that was answered`()
        async throws
    {
        try await Outlet.run(.centASecond) { outlet in
            let ada = try Renter(at: outlet, dollars: "500.00")
            var dice = Dice(seed: 17)
            var (launched, stopped): ([String], [String: Int64]) = ([], [:])
            var unanswered = 0
            for round in 0..<Self.kills {
                let isMeter = dice.chance(40)
                let victim = isMeter ? try #require(outlet.meter) : outlet.api
                let live = launched.filter { stopped[$0] == nil }
                let killer = try RunningProcess(
                    "/bin/sh", ["-c", "sleep 0.0\(dice.roll(10...80)); kill -9 \(victim.pid)"])
                for _ in 0..<3 {
                    do {
                        if live.count < 3, dice.chance(60) {
                            let reply = try ada.post(
                                "/v1/rentals", #"{"familyId":"b300","gpuCount":1}"#)
                            if try wasDone(reply, or: ["model_unavailable", "metering_paused"]) {
                                launched.append(try reply.json().text("id"))
                            } else if reply.status >= 500 {
                                unanswered += 1
                            }
                        } else if let id = dice.pick(live) {
                            let reply = try ada.stop(id)
                            if try wasDone(reply, or: ["already_stopped"]) {
                                stopped[id] = try reply.json().integer("finalChargedCents")
                            }
                        }
                    }
                }
                #expect(killer.waitForExit(within: 10) != nil)
                #expect(victim.waitForExit(within: 10) == .signal(SIGKILL), "round \(round)")
                if isMeter { try outlet.startMeter() } else { try outlet.restartAPI() }
                try await eventually("round \(round): it answers again", within: 20) {
                    try? Curl.send("GET", outlet.address + "/healthz").status == 200 ? () : nil
                }
            }
            try await settle(outlet, ada, launched, stopped, unanswered)
        }
    }

    /// 200; or a refusal of these codes; or no answer from a process that is dead.
    private func wasDone(_ reply: Reply, or refusals: [String]) throws -> Bool {
        if reply.status == 200 { return true }
        let isGone = [502, 503, 504].contains(reply.status)
        try #require(isGone || refusals.contains(reply.error ?? ""), "\(reply)")
        return false
    }

    /// Everything is stopped: then all that was answered is so, and nothing else is left.
    private func settle(
        _ outlet: Outlet, _ ada: Renter, _ launched: [String], _ stopped: [String: Int64], _ unanswered: Int
    ) async throws {
        #expect(!launched.isEmpty && !stopped.isEmpty)
        let all = try JSON.parse(outlet.control("rental", "list", "--json")).items()
        let ids = try all.map { try $0.text("id") }
        #expect(Set(launched).isSubset(of: ids) && ids.count <= launched.count + unanswered)
        for id in ids {
            let reply = try ada.stop(id)
            #expect(reply.status == 200 || reply.error == "already_stopped", "\(reply)")
        }
        for id in ids {
            let rental = try await ada.waitUntilEnded(id, within: 90)
            if let charged = stopped[id] { #expect(try rental.integer("totalChargedCents") == charged) }
        }
        try await eventually("no pod is left", within: 20) {
            processes(naming: outlet.folder["pods"]).isEmpty ? () : nil
        }
        try outlet.control("verify")
        let balance = try ada.balance()
        #expect(try balance.integer("reservedCents") == 0)
        let charges = try ids.map { try ada.rental($0).integer("totalChargedCents") }.reduce(0, +)
        #expect(try balance.integer("totalCents") == 50_000 - charges)
    }
}
