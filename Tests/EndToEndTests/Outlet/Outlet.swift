import Foundation
import Glibc
import TestSupport
import Testing

/// A whole outlet on scratch data and free ports: real nginx, `outlet-api` and `outlet-meter`.
final class Outlet {
    let folder: ScratchFolder
    let port: Int
    private(set) var api: RunningProcess
    private(set) var meter: RunningProcess?
    private let nginx: RunningProcess

    var address: String { "http://127.0.0.1:\(port)" }
    var configuration: String { folder["outlet.yaml"] }

    /// What differs from one test's outlet to another's.
    struct Options {
        var offers = ["{family: rtx-4090, region: US-East, regionCode: US, pricePerHourCents: 65, slots: 4}"]
        var holdSeconds = 3_600
        var hasMeter = true
        /// `providers:` and whatever goes with it, in place of the local one with its offers.
        var providers: String?

        /// One offer that burns a cent a second, so that every second shows on the bill.
        static let centASecond = Options(
            offers: ["{family: b300, region: US-East, regionCode: US, pricePerHourCents: 3600, slots: 4}"],
            holdSeconds: 10)
    }

    /// Starts one, runs `body` and ends everything again, the pods too.
    /// Whatever of it still runs after that is killed, and fails the test.
    static func run(
        _ options: Options = Options(), sourceLocation: SourceLocation = #_sourceLocation,
        _ body: (Outlet) async throws -> Void
    ) async throws {
        let outlet = try await Outlet(options)
        do { try await body(outlet) } catch {
            await outlet.end()
            throw Unexpected("\(error)\n\(outlet.logs)")
        }
        let left = await outlet.end()
        #expect(left.isEmpty, "still running after the end: \(left)", sourceLocation: sourceLocation)
    }

    private init(_ options: Options) async throws {
        folder = try ScratchFolder()
        port = try FreePort.next()
        let pods = try FreePort.range(of: 12)
        try folder.write(
            """
            site: e2e
            publicUrl: http://127.0.0.1:\(port)
            billing: {holdSeconds: \(options.holdSeconds)}
            limits: {requestsPerMinute: 1000000, requestsPerHour: 10000000}
            \(options.providers ?? Self.local(options.offers, pods))

            """, to: "outlet.yaml")
        try Self.control(folder, "init")
        let written = try Command.run(
            "/bin/bash",
            [Executables.packageFolder + "/scripts/nginx-conf", "--data", folder.path, "--port", "\(port)"])
        guard written.status == 0 else { throw Unexpected("scripts/nginx-conf: \(written)") }
        api = try Self.start("outlet-api", folder)
        nginx = try RunningProcess(
            "/usr/sbin/nginx", ["-c", folder["run/nginx.conf"]], output: folder["logs/nginx.log"])
        if options.hasMeter { try startMeter() }
        try await waitUntilItAnswers(withMeter: options.hasMeter)
    }

    private static func local(_ offers: [String], _ pods: ClosedRange<Int>) -> String {
        """
        providers:
          - code: local
            kind: local
            ports: \(pods.lowerBound)-\(pods.upperBound)
            offers: [\(offers.joined(separator: ", "))]
        """
    }

    func startMeter() throws { meter = try Self.start("outlet-meter", folder, ["run"]) }

    /// SIGKILL: nothing in it runs any more.
    func killMeter() {
        meter?.kill()
        meter = nil
    }

    /// The meter as cron or a timer would call it; waits until it has ended.
    @discardableResult
    func callMeter(_ arguments: String..., within seconds: Double = 30) throws -> Command.Result {
        let result = try Command.run(
            Executables.path("outlet-meter"), arguments + ["--config", configuration], within: seconds)
        #expect(result.status == 0, "outlet-meter \(arguments): \(result)")
        return result
    }

    func restartAPI() throws { api = try Self.start("outlet-api", folder) }

    /// Runs `outletctl` and answers what it printed.
    @discardableResult
    func control(_ arguments: String...) throws -> String { try Self.control(folder, arguments) }

    /// The same, for a command that may fail.
    func tryControl(_ arguments: [String]) throws -> Command.Result {
        try Command.run(Executables.path("outletctl"), ["--config", configuration] + arguments)
    }

    /// What the processes wrote, for the message of a failure.
    var logs: String {
        ["logs/outlet-api.log", "logs/outlet-meter.log", "logs/nginx-error.log", "logs/nginx.log"]
            .map { "--- \($0)\n\(folder.read($0).suffix(4_000))" }.joined(separator: "\n")
    }

    private func waitUntilItAnswers(withMeter: Bool) async throws {
        do {
            try await eventually("the outlet answers", within: 20) {
                let health = try? Curl.send("GET", address + "/healthz")
                guard withMeter else { return health?.status == 503 && health?.error == nil ? () : nil }
                let listings = try? Curl.send("GET", address + "/v1/catalog/listings").json().list("listings")
                return health?.status == 200 && listings?.isEmpty == false ? () : nil
            }
        } catch {
            await end()
            throw Unexpected("\(error)\n\(logs)")
        }
    }

    /// Stops what runs, in the order that lets pods go first. Answers the processes that had to be killed.
    @discardableResult
    private func end() async -> [pid_t] {
        if let meter, meter.isRunning,
            let rentals = try? JSON.parse(control("rental", "list", "--json")).items()
        {
            for rental in rentals where ["provisioning", "running"].contains(try? rental.text("status")) {
                _ = try? control("rental", "stop", (try? rental.text("id")) ?? "")
            }
        }
        _ = try? await eventually("no pod", within: 5) {
            processes(naming: folder["pods"]).isEmpty ? () : nil
        }
        meter?.stop()
        nginx.stop(SIGTERM)
        api.stop()
        let left = processes(naming: folder.path)
        for pid in left { _ = Glibc.kill(pid, SIGKILL) }
        return left
    }

    private static func start(_ name: String, _ folder: ScratchFolder, _ arguments: [String] = []) throws
        -> RunningProcess
    {
        try RunningProcess(
            Executables.path(name), arguments + ["--config", folder["outlet.yaml"]],
            output: folder["logs/\(name).log"])
    }

    @discardableResult
    private static func control(_ folder: ScratchFolder, _ arguments: String...) throws -> String {
        try control(folder, arguments)
    }

    private static func control(_ folder: ScratchFolder, _ arguments: [String]) throws -> String {
        let result = try Command.run(
            Executables.path("outletctl"), ["--config", folder["outlet.yaml"]] + arguments)
        guard result.status == 0 else { throw Unexpected("outletctl \(arguments): \(result)") }
        return result.output
    }
}
