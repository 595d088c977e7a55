import Domain
import Foundation
import Operations
import TestSupport

extension OutletBench {
    /// Through the project's own nginx over a Unix socket, 16 connections; each round measures everybody once.
    func measureResponder(_ report: Report) async throws {
        guard let wrk = Wrk.installed else {
            return report.note("skipped: wrk is not installed (apt-get install wrk)")
        }
        let stage = try await Stage()
        if !stage.hasPHP {
            report.note("php-fpm is left out: not all is installed (apt-get install \(PHP.packages))")
        }
        let calls = stage.calls
        var figures: [String: [Wrk.Outcome]] = [:]
        for _ in 0..<rounds {
            for call in calls {
                for contender in stage.contenders(for: call) {
                    let outcome = try wrk.run(call.request(to: contender.url), seconds: seconds)
                    guard outcome.errors == 0 else {
                        throw TestFault("\(contender.name) \(call.path): \(outcome)")
                    }
                    figures["\(contender.name) \(call.name)", default: []].append(outcome)
                }
            }
        }
        for call in calls { call.tell(report, figures) }
        let story = try stage.storyOfPods(wrk, seconds: seconds, rounds: rounds)
        report.tell("responder", "POST /v1/rentals, then its stop; calls", story)
        let memory = try stage.memory(wrk, seconds: seconds * 5)
        report.tell("responder", "memory with 16 threads under load", memory, goal: .atMost(60))
        try await measureReadsBesideSettlement(report, stage, wrk)
    }

    /// Starts all that the responder is measured with, for profilers and for loads of one's own, until a line is entered.
    func holdStage() async throws {
        let stage = try await Stage()
        print("  outlet-api is process \(stage.responder)")
        for call in stage.calls {
            for contender in stage.contenders(for: call) {
                let cookie = call.cookie.map { "-H 'Cookie: sid=\($0)' " } ?? ""
                print("  \(contender.name)  wrk -t1 -c16 \(cookie)'\(contender.url)\(call.path)'")
            }
        }
        print("Enter ends it.")
        fflush(nil)
        _ = readLine()
        withExtendedLifetime(stage) {}
    }

    /// What a settlement of everything costs those who read meanwhile.
    private func measureReadsBesideSettlement(_ report: Report, _ stage: Stage, _ wrk: Wrk) async throws {
        guard let call = stage.calls.last else { return }
        try stage.makeDue(rentals: min(rentals, 100_000))
        var ratios: [Double] = []
        for _ in 0..<rounds {
            let alone = try wrk.run(call.request(to: stage.ours.url), seconds: seconds)
            let settling = Settling(stage.meter)
            let beside = try wrk.run(call.request(to: stage.ours.url), seconds: seconds)
            guard settling.isBusy else { throw TestFault("the settlement was over before the reads were") }
            await settling.stop()
            ratios.append(beside.perSecond / alone.perSecond)
        }
        report.tell(
            "responder", "\(call.name) while all is settled, against alone", Series(ratios, unit: "×"),
            goal: .atLeast(0.8))
    }
}

/// A read that is measured, and how far from its floor it may be.
struct MeasuredCall {
    let name: String
    let path: String
    let cookie: String?
    let goal: Double
    let goalAgainstPHP: Double?

    func request(to address: String) -> Wrk.Request {
        Wrk.Request(url: address + path, headers: cookie.map { ["Cookie: sid=\($0)"] } ?? [])
    }

    fileprivate func tell(_ report: Report, _ figures: [String: [Wrk.Outcome]]) {
        func series(_ contender: String, _ unit: String, _ value: (Wrk.Outcome) -> Double) -> Series? {
            figures["\(contender) \(name)"].map { Series($0.map(value), unit: unit) }
        }
        guard let ours = series("ours", "/s", \.perSecond), let floor = series("floor", "/s", \.perSecond),
            let late = series("ours", "ms", \.p99), let floorLate = series("floor", "ms", \.p99)
        else { return }
        report.tell("responder", name, ours)
        report.tell("responder", "\(name), the floor", floor)
        report.tell("responder", "\(name), against the floor", ours.ratio(to: floor), goal: .atLeast(goal))
        report.tell(
            "responder", "\(name), p99 against the floor's", late.ratio(to: floorLate), goal: .atMost(3))
        guard let goalAgainstPHP, let php = series("php", "/s", \.perSecond) else { return }
        report.tell(
            "responder", "\(name), against php-fpm", ours.ratio(to: php), goal: .atLeast(goalAgainstPHP))
        guard let kept = series("php, kept", "/s", \.perSecond) else { return }
        report.tell("responder", "\(name), against php-fpm on kept connections", ours.ratio(to: kept))
    }
}
