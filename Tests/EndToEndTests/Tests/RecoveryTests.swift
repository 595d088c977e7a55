import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Test(.needsPods)
    func `after losing the database a pod is adopted, answers on, and is billed to the second`() async throws
    {
        try await Outlet.run(.centASecond) { outlet in
            let ada = try Renter(at: outlet)
            let id = try ada.launch("b300")
            let rental = try await ada.waitUntilRunning(id)
            let pod = try Pod(rental, of: ada)
            outlet.killMeter()
            outlet.api.stop()
            for file in ["outlet.db", "outlet.db-wal", "outlet.db-shm"] {
                try? FileManager.default.removeItem(atPath: outlet.folder[file])
            }
            try outlet.control("init")
            try outlet.restartAPI()
            try outlet.startMeter()
            try outlet.control("user", "add", ada.email)
            try outlet.control("wallet", "credit", ada.email, "20.00", "--note", "again")

            let label = "outlet-e2e-\(id.dropFirst("rent_".count).lowercased())-1"
            #expect(try outlet.control("adopt").contains(label))
            let since = try rental.text("runningSince")
            let terms = ["--user", ada.email, "--rate", "3600", "--since", since]
            let foreign = label.replacing("outlet-e2e", with: "outlet-other")
            try FileManager.default.createDirectory(
                atPath: outlet.folder["pods/\(foreign)"], withIntermediateDirectories: true)
            let refused = try outlet.tryControl(["adopt", foreign] + terms)
            #expect(refused.status == 1 && refused.errors.contains("the site 'other'"), "\(refused)")
            let silent = try outlet.tryControl(["adopt", label, "--user", ada.email, "--rate", "3600"])
            #expect(silent.status == 64 && silent.errors.contains("--since is missing"), "\(silent)")
            let adopted = try outlet.tryControl(["adopt", label] + terms)
            #expect(adopted.status == 0 && adopted.output.contains(id), "\(adopted)")

            #expect(try pod.ssh("echo still here").output == "still here\n")
            try outlet.control("rental", "stop", id)
            try await pod.waitUntilGone()
            let ended = try await eventually("it is stopped", within: 10) {
                let rental = try JSON.parse(outlet.control("rental", "show", id, "--json")).value("rental")
                return try rental.text("status") == "stopped" ? rental : nil
            }
            let seconds = try ended.instant("stoppedAt") - rental.instant("runningSince")
            #expect(try ended.integer("totalChargedCents") == seconds, "a cent a second")
            let wallet = try JSON.parse(outlet.control("wallet", "show", ada.email, "--json")).value("wallet")
            #expect(try wallet.integer("totalCents") == 2_000 - seconds)
            try outlet.control("verify")
        }
    }

    @Test(.needsPods) func `a restore elsewhere reads to the byte as the books do, and only reports`()
        async throws
    {
        try await Outlet.run(.centASecond) { outlet in
            let ada = try Renter(at: outlet)
            let first = try ada.launch("b300")
            _ = try await ada.waitUntilRunning(first)
            #expect(try ada.stop(first).status == 200)
            _ = try await ada.waitUntilEnded(first)
            _ = try await ada.waitUntilRunning(try ada.launch("b300"))
            let lines = try ada.get("/v1/billing/ledger").json().list("entries").count
            try await eventually("all of it is in a backup", within: 90, every: 0.5) {
                let drill = try ScratchFolder()
                let restored = try? JSON.parse(
                    outlet.control(
                        "restore", "--from", outlet.folder["backup"], "--data", drill.path, "--json"))
                return (try? restored?.integer("linesChecked")) == Int64(lines) ? () : nil
            }
            outlet.killMeter()
            let drill = try ScratchFolder()
            try outlet.control("restore", "--from", outlet.folder["backup"], "--data", drill.path)
            try drill.write(outlet.folder.read("outlet.yaml"), to: "outlet.yaml")
            let there = try Command.run(
                Executables.path("outletctl"), ["--config", drill["outlet.yaml"], "verify", "--json"])
            #expect(there.output == (try outlet.control("verify", "--json")))
            let accepted = try Command.run(
                Executables.path("outletctl"), ["--config", drill["outlet.yaml"], "restore", "accept"])
            #expect(accepted.status == 0)
            try outlet.startMeter()
        }
    }

    @Test(.needsPods) func `a full disk fails the backup, and loses nothing`() async throws {
        var options = Outlet.Options()
        options.hasMeter = false
        try await Outlet.run(options) { outlet in
            _ = try Renter(at: outlet)
            try outlet.callMeter("tick")
            let before = try JSON.parse(outlet.control("backup", "list", "--json")).items().count
            try outlet.control("user", "add", "bob@example.org")
            let folder = outlet.folder["full"]
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let full = try Command.run(
                "/usr/bin/unshare",
                [
                    "--user", "--map-root-user", "--mount", "sh", "-c",
                    #"mount -t tmpfs -o size=64k tmpfs "$1" && "$2" --config "$3" backup --to "$1"; s=$?; ls "$1"; exit $s"#,
                    "sh", folder, Executables.path("outletctl"), outlet.configuration,
                ])
            #expect(full.status == 1 && !full.output.contains(".db\n"), "\(full)")
            try outlet.control("verify")
            #expect(try JSON.parse(outlet.control("backup", "list", "--json")).items().count == before)
            try outlet.control("backup", "--to", folder)
            let kept = try JSON.parse(outlet.control("backup", "list", "--from", folder, "--json")).items()
            #expect(kept.count == 1)
        }
    }
}
