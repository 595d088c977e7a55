import Foundation
import Glibc
import TestSupport
import Testing

extension EndToEnd {
    @Test(.needsPods) func `scripts/run and its three commands end in a shell inside a pod`() async throws {
        let folder = try ScratchFolder()
        let data = folder["data"]
        defer { for pid in processes(naming: data) { kill(pid, SIGKILL) } }
        for run in 1...2 {  // The second finds the data of the first.
            let port = try FreePort.next()
            let script = try start(data: data, port: port, output: folder["run-\(run)"])
            let text = try await eventually("scripts/run is ready", within: 60, every: 0.2) {
                let text = folder.read("run-\(run)")
                guard script.isRunning else { throw Unexpected(text) }
                return text.contains("ready http://127.0.0.1:\(port)\n") ? text : nil
            }
            let commands = text.split(separator: "\n").filter { $0.hasPrefix("  ") }.map { $0.dropFirst(2) }
            let (launch, wait, shell) = (
                try #require(commands.first { $0.hasPrefix("curl ") }),
                try #require(commands.first { $0.hasPrefix("until ") }),
                try #require(commands.first { $0.hasPrefix("$(jq ") })
            )
            let launched = try Command.run("/bin/bash", ["-c", String(launch)])
            #expect(try JSON.parse(launched.output).text("status") == "provisioning", "\(launched)")
            try Command.run("/bin/bash", ["-c", String(wait)], within: 30)
            let inside = try Command.run("/bin/bash", ["-c", shell + " hostname"])
            #expect(inside.status == 0 && inside.output == "pod\n", "\(shell)\n\(inside)")

            let topUp = """
                curl -sS -b '\(data)/demo.cookies' -H 'Content-Type: application/json' -d '{"amountCents":500}' \
                    http://127.0.0.1:\(port)/v1/billing/checkout | jq -r .checkoutUrl | xargs curl -sS
                """
            let page = try Command.run("/bin/bash", ["-c", topUp])
            #expect(page.output.contains("Test payments") && page.output.contains("$5.00"), "\(page)")

            script.send(SIGINT)
            #expect(script.waitForExit(within: 25) == .status(0), "\(folder.read("run-\(run)"))")
            let left = processes(naming: data)
            #expect(left.isEmpty, "Ctrl-C stops everything, the pods too: \(left)")
        }
    }

    /// A home of its own, so that nobody's real SSH key is used.
    private func start(data: String, port: Int, output: String) throws -> RunningProcess {
        var environment = ProcessInfo.processInfo.environment
        environment["HOME"] = (data as NSString).deletingLastPathComponent
        environment["OUTLET_BIN"] = (Executables.path("outlet-api") as NSString).deletingLastPathComponent
        return try RunningProcess(
            Executables.packageFolder + "/scripts/run", ["--no-build", "--data", data, "--port", "\(port)"],
            environment: environment, output: output)
    }
}
