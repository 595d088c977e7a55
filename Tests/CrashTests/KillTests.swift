import CrashBench
import Foundation
import TestSupport
import Testing

extension Crashes {
    @Test(arguments: Point.all)
    func `an outlet killed at this point is put right by one tick`(point: Point) async throws {
        for round in 0..<Soak.count("POINT_KILLS", or: 2) {
            let seed = UInt64(Soak.count("SEED", or: 1) + round)
            let occurrence = Int(Dice.first(of: seed, in: 1...24))
            try await kill(.kill, at: point, occurrence: occurrence, seed: seed)
        }
    }

    @Test(arguments: [Trap.Act.tear, .powerCut], Point.storage.filter { !$0.isAfter })
    func `an outlet killed with a torn or a lost write is put right by one tick`(act: Trap.Act, point: Point)
        async throws
    {
        guard act == .powerCut || point.step.hasSuffix("write") else { return }
        for round in 0..<Soak.count("POINT_KILLS", or: 2) {
            let seed = UInt64(Soak.count("SEED", or: 1) + 7_000 + round)
            try await kill(act, at: point, occurrence: Int(Dice.first(of: seed, in: 1...24)), seed: seed)
        }
    }

    private func kill(_ act: Trap.Act, at point: Point, occurrence: Int, seed: UInt64) async throws {
        let outlet = try KilledOutlet()
        let trap = Trap(act, at: point, occurrence: occurrence)
        do {
            let life = try outlet.start("life", seed: seed, trap: trap)
            let exit = life.waitForExit(within: 60)
            guard exit == .signal(SIGKILL) else {
                throw TestFault("did not die: \(String(describing: exit))\n\(outlet.logs)")
            }
            try await outlet.putRight()
            try await outlet.end()
        } catch {
            throw TestFault("seed \(seed), \(act) \(point) \(occurrence): \(error)")
        }
    }

    @Test func `two meters and two responders, killed at random, are put right by one tick`() async throws {
        var dice = Dice(seed: UInt64(Soak.count("SEED", or: 1)))
        let rounds = Soak.count("RANDOM_KILLS", or: 25)
        var outlet = try KilledOutlet(speed: 60)
        for round in 0..<rounds {
            do {
                let processes = [
                    try outlet.start("renters", seed: dice.next()),
                    try outlet.start("renters", seed: dice.next()),
                    try outlet.start("meter", seed: dice.next(), more: ["--moods"]),
                    try outlet.start("meter", seed: dice.next(), more: ["--moods"]),
                ]
                try await Task.sleep(for: .milliseconds(dice.roll(20...400)))
                for process in processes.shuffled(using: &dice) {
                    #expect(process.isRunning, "\(outlet.logs)")
                    process.kill()
                }
                try await outlet.putRight()
                if round % 20 == 19 || round == rounds - 1 {
                    try await outlet.end()
                    outlet = try KilledOutlet(speed: 60)
                }
            } catch {
                throw TestFault("round \(round): \(error)")
            }
        }
    }
}

extension Dice {
    fileprivate static func first(of seed: UInt64, in range: ClosedRange<Int64>) -> Int64 {
        var dice = Dice(seed: seed)
        return dice.roll(range)
    }
}
