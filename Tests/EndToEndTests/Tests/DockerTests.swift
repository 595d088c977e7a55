import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Test(
        .enabled(
            if: TestEngine.problem(.docker) == nil, Comment(rawValue: TestEngine.problem(.docker) ?? "")),
        .enabled("the engine does not start here: see standard error") { await TestEngine.starts(.docker) },
        .timeLimit(.minutes(15)))
    func `a renter rents a GPU of the operator's own machine, while the meter dies and comes back`()
        async throws
    {
        let engine = try await TestEngine(.docker)
        defer { engine.close() }
        let ports = try FreePort.range(of: 12)
        let gpu = FakeGPUs.all[0]
        try await Outlet.run(
            Outlet.Options(
                holdSeconds: 10,
                providers: """
                    templates:
                      - {id: tiny, image: "\(TestEngine.image)", bootScript: "echo booted > booted"}
                    providers:
                      - code: node1
                        kind: docker
                        endpoint: unix://\(engine.socket)
                        host: 127.0.0.1
                        bindAddress: 127.0.0.1
                        ports: \(ports.lowerBound)-\(ports.upperBound)
                        inventory: none
                        gpus:
                          - {uuid: \(gpu), family: h100-80gb, cdi: "nvidia.com/gpu=\(gpu)"}
                          - {uuid: \(FakeGPUs.all[1]), family: b200, cdi: "nvidia.com/gpu=\(FakeGPUs.all[1])"}
                        offers:
                          - {family: h100-80gb, region: US-East, regionCode: US, pricePerHourCents: 3600, cpus: 1, memoryGb: 1}
                          - {family: b200, region: US-East, regionCode: US, pricePerHourCents: 3600, cpus: 1, memoryGb: 1}
                    """)
        ) { outlet in
            let ada = try Renter(at: outlet, dollars: "500.00")
            let id = try ada.launch("h100-80gb", #","templateId":"tiny","env":{"MODEL":"seven"}"#)
            let rental = try await ada.waitUntilRunning(id, within: 60)
            let port = try rental.integer("port")
            #expect(try rental.text("sshCommand") == "ssh -p \(port) root@127.0.0.1")
            func ssh(_ command: String) throws -> String {
                try Command.run(
                    "/usr/bin/ssh",
                    [
                        "-F", "none", "-i", ada.keyFile, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
                        "-o",
                        "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=\(outlet.folder["known"])",
                        "-p",
                        "\(port)", "root@127.0.0.1", command,
                    ]
                ).output
            }
            #expect(try ssh("id -u; echo $MODEL; nvidia-smi -L").contains(gpu))
            let shown = try Command.run("/usr/bin/ssh-keygen", ["-lf", outlet.folder["known"]]).output
            #expect(shown.contains(try rental.text("hostKeyFingerprint")))
            // The only GPU is out: nobody else gets it.
            let bob = try Renter("bob@example.org", at: outlet, dollars: "500.00")
            try await eventually("nothing is offered", within: 60, every: 0.2) {
                let reply = try bob.post(
                    "/v1/rentals", #"{"familyId":"h100-80gb","gpuCount":1,"templateId":"tiny"}"#)
                return reply.error == "model_unavailable" ? () : nil
            }
            outlet.killMeter()
            #expect(try ssh("cat booted") == "booted\n", "pods outlive their meter")
            try outlet.startMeter()
            let stop = try ada.stop(id)
            #expect(stop.status == 200, "\(stop)")
            let ended = try await ada.waitUntilEnded(id, within: 60)
            #expect(try ended.text("status") == "stopped")
            func containers() throws -> String {
                try Command.run(
                    "/usr/bin/curl",
                    ["-s", "--unix-socket", engine.socket, "http://d/containers/json?all=true"]
                ).output
            }
            #expect(try containers() == "[]\n")
            #expect(try outlet.control("host", "list").contains(gpu))
            try await eventually("it is offered again", within: 90, every: 0.5) {
                try families(bob).contains("h100-80gb") ? () : nil
            }
            // A GPU that the operator took for another: its pod is nobody's, and costs nothing.
            let wrong = try bob.launch("b200", #","templateId":"tiny""#)
            let failed = try await bob.waitUntilEnded(wrong, within: 60)
            #expect(try failed.text("status") == "failed")
            #expect(
                try failed.text("error").contains("b200 was promised, NVIDIA H100 80GB HBM3"), "\(failed)")
            #expect(try bob.balance().integer("totalCents") == 50_000)
            #expect(try containers() == "[]\n")
            try await eventually("it is listed no more", within: 60, every: 0.2) {
                try families(bob) == ["h100-80gb"] ? () : nil
            }
            try outlet.control("verify")
        }
    }
}

/// What can be rented now.
private func families(_ renter: Renter) throws -> [String] {
    try renter.get("/v1/catalog/listings").json().list("listings").map { try $0.text("family") }
}
