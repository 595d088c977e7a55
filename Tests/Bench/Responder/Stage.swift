import Domain
import Foundation
import Operations
import Providers
import Storage
import TestSupport

/// Our responder, its floors and php-fpm, each behind an nginx of its own with the project's configuration.
final class Stage {
    struct Contender {
        let name: String
        let url: String
    }

    let outlet: BenchOutlet
    let ours: Contender
    private let sid: String
    private let api: RunningProcess
    let meter: Meter
    private var processes: [RunningProcess] = []
    private var folders: [ScratchFolder] = []  // Of the others: with their sockets and temporary files.
    private var floors: [String: Contender] = [:]
    private var php: Contender?
    private let rental: ID<Rental>

    init() async throws {
        outlet = try BenchOutlet(threads: 16)
        let user = try outlet.populate(wallets: 1, rentalsEach: 20, cents: 100_000_000, since: outlet.now())
        rental = user.rentals[10]
        _ = try outlet.context.addSSHKey(named: "laptop", benchKey, for: user.users[0])
        let offers = (0..<100).map { Offer.bench("offer-\($0)", cents: 65 + Int64($0)) }
        try outlet.context.storeOffers(offers, provider: "local")
        sid = try outlet.context.createSession(for: user.users[0], userAgent: "wrk", address: "127.0.0.1").sid
        meter = try outlet.meter()
        try meter.report()
        api = try outlet.start("outlet-api")
        let front = try Nginx(socket: outlet.folder["run/api.sock"])
        processes = [front.process]
        folders = [front.folder]
        ours = Contender(name: "ours", url: front.url)
        try await front.untilItAnswers()
        if let pool = try PHP(database: outlet.context.settings.databasePath) {
            let front = try Nginx(socket: pool.socket, script: pool.script)
            processes += [pool.process, front.process]
            folders += [pool.folder, front.folder]
            php = Contender(name: "php", url: front.url)
            try await front.untilItAnswers()
        }
        for call in try calls() {
            let reply = try outlet.folder.write(
                Self.reply(to: call, at: ours.url), to: "floor/\(call.name.hash).txt")
            let socket = outlet.folder["run/f\(floors.count).sock"]
            processes.append(
                try RunningProcess(Executables.path("bench-floor"), ["respond", socket, "16", reply]))
            let front = try Nginx(socket: socket)
            processes.append(front.process)
            folders.append(front.folder)
            floors[call.name] = Contender(name: "floor", url: front.url)
            try await front.untilItAnswers()
        }
    }

    func calls() throws -> [MeasuredCall] {
        [
            MeasuredCall(
                name: "GET /v1/catalog/listings, 50 rows", path: "/v1/catalog/listings?pageSize=50",
                cookie: nil,
                goal: 0.8, goalAgainstPHP: nil),
            MeasuredCall(
                name: "GET /v1/rentals/:id", path: "/v1/rentals/\(rental)", cookie: sid, goal: 0.75,
                goalAgainstPHP: nil),
            MeasuredCall(
                name: "GET /v1/rentals, 20 rows", path: "/v1/rentals?pageSize=20", cookie: sid, goal: 0.65,
                goalAgainstPHP: 2.7),
        ]
    }

    /// Who answers `call`, and is to be measured in each round.
    func contenders(for call: MeasuredCall) throws -> [Contender] {
        let php = call.goalAgainstPHP == nil ? nil : php
        return [ours] + [floors[call.name], php].compactMap { $0 }
    }

    /// Pods asked for and stopped, one call after the other on each connection.
    func storyOfPods(_ wrk: Wrk, seconds: Int, rounds: Int) throws -> Series {
        let script = """
            local stops, number = {}, 0
            request = function()
               local id = table.remove(stops)
               if id then return wrk.format("POST", "/v1/rentals/" .. id .. "/stop") end
               number = number + 1
               local head = {["Content-Type"] = "application/json", ["Cookie"] = wrk.headers["Cookie"],
                  ["Idempotency-Key"] = "bench-\(UUID())-" .. number}
               return wrk.format("POST", "/v1/rentals", head,
                  '{"familyId":"rtx-4090","gpuCount":1,"templateId":"ubuntu-24-04"}')
            end
            response = function(status, headers, body)
               local id = string.match(body, '"status":"provisioning"') and string.match(body, '"id":"(rnt_%w+)"')
               if id then table.insert(stops, id) end
            end
            """
        let request = Wrk.Request(
            url: ours.url + "/v1/rentals", headers: ["Cookie: sid=\(sid)"], script: script)
        return Series(
            try (0..<rounds).map { _ in
                try meter.report()
                let outcome = try wrk.run(request, seconds: seconds)
                guard outcome.errors == 0 else { throw TestFault("POST /v1/rentals: \(outcome)") }
                return outcome.perSecond
            }, unit: "/s")
    }

    /// The responder's resident memory, in MiB, at the end of a load of all reads.
    func memory(_ wrk: Wrk, seconds: Int) throws -> Series {
        Series(
            try calls().map { call in
                _ = try wrk.run(call.request(to: ours.url), seconds: seconds)
                let status = try String(contentsOfFile: "/proc/\(api.pid)/status", encoding: .utf8)
                guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
                    let kilobytes = line.split(separator: " ").compactMap({ Double($0) }).first
                else { throw TestFault("no VmRSS of outlet-api") }
                return kilobytes / 1_024
            }, unit: "MiB")
    }

    /// Other renters' pods, with an hour of each to be billed.
    func makeDue(rentals: Int) throws {
        let start = try outlet.now() - Seconds(3_700)
        _ = try outlet.populate(wallets: rentals / 5, rentalsEach: 5, cents: 100_000, since: start)
    }

    func end() {
        api.stop()
        for process in processes.reversed() { process.stop() }
    }

    private static func reply(to call: MeasuredCall, at address: String) throws -> String {
        var arguments = ["--silent", "--show-error", "--fail", "--include"]
        if let cookie = call.cookie { arguments += ["--cookie", "sid=\(cookie)"] }
        let result = try Command.run("/usr/bin/curl", arguments + [address + call.path])
        guard result.status == 0, let head = result.output.range(of: "\r\n\r\n") else {
            throw TestFault("curl \(call.path): \(result)")
        }
        // Of what nginx sent, the responder's part: as many bytes, and nothing to reckon.
        let own = result.output[..<head.lowerBound].components(separatedBy: "\r\n").filter { line in
            ["content-type:", "cache-control:", "x-ratelimit", "etag:"].contains {
                line.lowercased().hasPrefix($0)
            }
        }
        return (own + ["", ""]).joined(separator: "\r\n") + result.output[head.upperBound...]
    }
}
