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

    let ours: Contender
    let meter: Meter
    private let reads: Reads
    private let api: RunningProcess
    private var fronts: [Nginx] = []
    private var floors: [String: (process: RunningProcess, contender: Contender)] = [:]
    private let pages: PagesDatabase
    private var php: [(pool: PHP, contender: Contender)] = []

    var hasPHP: Bool { !php.isEmpty }
    var outlet: BenchOutlet { reads.outlet }
    var calls: [MeasuredCall] { reads.calls }
    var responder: Int32 { api.pid }

    init() async throws {
        reads = try Reads()
        let outlet = reads.outlet
        meter = try outlet.meter()
        try meter.report()
        api = try outlet.start("outlet-api")
        let front = try Nginx(socket: outlet.folder["run/api.sock"])
        ours = Contender(name: "ours", url: front.url)
        fronts = [front]
        try await front.untilItAnswers()
        pages = try PagesDatabase(of: outlet.context.settings.databasePath)
        try await startPHP("php", PHP(database: pages.path, .own))
        try await startPHP("php, kept", PHP(database: outlet.context.settings.databasePath, .kept))
        for call in calls {
            let reply = try outlet.folder.write(
                Self.reply(to: call, at: ours.url), to: "floor/\(floors.count).txt")
            let socket = outlet.folder["run/f\(floors.count).sock"]
            let process = try RunningProcess(
                Executables.path("bench-floor"), ["respond", socket, "16", reply])
            let front = try Nginx(socket: socket)
            fronts.append(front)
            floors[call.name] = (process, Contender(name: "floor", url: front.url))
            try await front.untilItAnswers()
        }
    }

    private func startPHP(_ name: String, _ pool: PHP?) async throws {
        guard let pool else { return }
        let front = try Nginx(socket: pool.socket, script: pool.script)
        fronts.append(front)
        php.append((pool, Contender(name: name, url: front.url)))
        try await front.untilItAnswers()
        try holdEqual(front.url)
    }

    /// What is cheaper because it answers less is no measure. A cent may become due between the two.
    private func holdEqual(_ page: String) throws {
        for call in calls where call.goalAgainstPHP != nil {
            let isSame = try (0..<3).contains { _ in
                try Self.fetch(call, at: page).body == Self.fetch(call, at: ours.url).body
            }
            guard isSame else { throw TestFault("\(call.path) is another for PHP") }
        }
    }

    /// Who answers `call`, and is to be measured in each round.
    func contenders(for call: MeasuredCall) -> [Contender] {
        let pages = call.goalAgainstPHP == nil ? [] : php.map(\.contender)
        return [ours] + [floors[call.name]?.contender].compactMap { $0 } + pages
    }

    /// Pods asked for and stopped, one call after the other on each connection.
    func storyOfPods(_ wrk: Wrk, seconds: Int, rounds: Int) throws -> Series {
        Series(
            try (0..<rounds).map { _ in
                try meter.report()
                let request = Wrk.Request(
                    url: ours.url + "/v1/rentals", headers: ["Cookie: sid=\(reads.sid)"],
                    script: Self.story(keyed: UUID()))
                let outcome = try wrk.run(request, seconds: seconds)
                guard outcome.errors == 0 else { throw TestFault("POST /v1/rentals: \(outcome)") }
                return outcome.perSecond
            }, unit: "/s")
    }

    /// - Parameter key: of one round alone; with that of another, replies would be repeated and nothing done.
    private static func story(keyed key: UUID) -> String {
        """
        local stops, number = {}, 0
        request = function()
           local id = table.remove(stops)
           if id then return wrk.format("POST", "/v1/rentals/" .. id .. "/stop") end
           number = number + 1
           local head = {["Content-Type"] = "application/json", ["Cookie"] = wrk.headers["Cookie"],
              ["Idempotency-Key"] = "bench-\(key)-" .. number}
           return wrk.format("POST", "/v1/rentals", head,
              '{"familyId":"rtx-4090","gpuCount":1,"templateId":"ubuntu-24-04"}')
        end
        response = function(status, headers, body)
           local id = string.match(body, '"status":"provisioning"') and string.match(body, '"id":"(rent_%w+)"')
           if id then table.insert(stops, id) end
        end
        """
    }

    /// The responder's resident memory, in MiB, at the end of a load of all reads.
    func memory(_ wrk: Wrk, seconds: Int) throws -> Series {
        Series(
            try calls.map { call in
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

    /// Of what nginx sends, the responder's part: as many bytes, and nothing to reckon.
    private static func reply(to call: MeasuredCall, at address: String) throws -> String {
        let (head, body) = try fetch(call, at: address)
        let own = head.filter { line in
            ["content-type:", "cache-control:", "x-ratelimit", "etag:"].contains {
                line.lowercased().hasPrefix($0)
            }
        }
        return (own + ["", ""]).joined(separator: "\r\n") + body
    }

    private static func fetch(_ call: MeasuredCall, at address: String) throws -> (
        head: [String], body: String
    ) {
        var arguments = ["--silent", "--show-error", "--fail", "--include"]
        if let cookie = call.cookie { arguments += ["--cookie", "sid=\(cookie)"] }
        let result = try Command.run("/usr/bin/curl", arguments + [address + call.path])
        guard result.status == 0, let end = result.output.range(of: "\r\n\r\n") else {
            throw TestFault("curl \(call.path): \(result)")
        }
        let head = result.output[..<end.lowerBound].components(separatedBy: "\r\n")
        return (head, String(result.output[end.upperBound...]))
    }
}
