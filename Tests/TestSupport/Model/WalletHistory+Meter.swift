import Domain
import Operations
import Providers
import Storage

// What the meter does, an order and a rental at a time; the model learns what the provider said.
extension WalletHistory {
    func watch() async throws {
        tell("watch")
        for rental in bench.meter.claimLiveRentals() {
            await bench.meter.watch([rental])
            learn(of: rental, bench.provider.takeJournal(), at: now)
        }
    }

    private func learn(of row: LiveRental, _ journal: [ScriptedProvider.Word], at now: Int64) {
        let rental = index(row.id)
        if case .state(let state)? = journal.first {
            switch (state, row.status) {
            case (.running, .provisioning): return model.ready(rental, at: now)
            case (.running, _): return model.confirm(rental, at: now)
            case (.failed, _), (.gone, _): return model.fail(rental, at: now)
            case (.pending, _), (.unknown, _): break
            }
        }
        if row.status == .provisioning, model.rentals[rental].deadline <= now { model.fail(rental, at: now) }
    }

    func carryOut() async throws {
        tell("effects")
        await refreshCatalog()  // Failing over takes what it sells now.
        for effect in bench.meter.claimDueEffects() {
            await bench.meter.carryOut(effect)
            try learn(of: effect, bench.provider.takeJournal(), at: now)
        }
    }

    private func learn(of effect: Effect, _ journal: [ScriptedProvider.Word], at now: Int64) throws {
        let rental = index(effect.rental)
        if effect.kind == .allocate { try learnOutcome(of: effect, at: now) }
        for word in journal {
            switch word {
            case .state(.running) where effect.kind == .allocate: model.ready(rental, at: now)
            case .state(.running):
                model.confirm(rental, at: now)
                model.settle(at: now)
            case .state(.failed) where effect.kind == .allocate, .state(.gone) where effect.kind == .allocate:
                model.fail(rental, at: now)
            case .state: break
            case .gone: model.gone(rental)
            }
        }
    }

    private func learnOutcome(of effect: Effect, at now: Int64) throws {
        let attempt = try context.database.read { try $0.attempt(effect.attempt) }!
        let rental = index(effect.rental)
        guard attempt.outcome == .refused, model.rentals[rental].state == .provisioning else { return }
        let asked = try context.database.read { try $0.rental(effect.rental)!.askedAt.secondsSince1970 }
        let isTooLate = now - asked >= 3_600  // Then nobody looks further.
        if dearer[effect.rental]!.isEmpty || isTooLate { return model.fail(rental, at: now) }
        model.move(rental, to: dearer[effect.rental]!.removeFirst(), at: now)
    }

    func settle() throws {
        tell("settle")
        let reached = milliseconds / 1_000  // What time alone ends waits until its second has come.
        if model.isDue(at: reached, deadline: try deadline()) { model.settle(at: now) }
        try bench.meter.settleDue()
    }

    func deadline() throws -> Int64? {
        try context.database.read {
            try $0.row("SELECT exhausts_at_s FROM wallet WHERE user_id = \(user)")!
                .optionalInt("exhausts_at_s")
        }
    }
}

// What pods, provider and machine do.
extension WalletHistory {
    /// Nothing of it shows in billing time before the meter has seen the boot.
    func pass() {
        let time = dice.roll(1...dice.pick([40, 40, 40, 600, 600, 4_000, 20_000])!)
        let rest = dice.chance(20) ? dice.roll(0...999) : 0
        tell("\(time) s \(rest) ms")
        pass(milliseconds: time * 1_000 + rest)
    }

    func pass(milliseconds time: Int64) {
        bench.clock.advance(milliseconds: time)
        if isBootKnown { milliseconds += time }
    }

    func changePod() {
        guard let label = dice.pick(bench.provider.now.pods.keys.sorted()) else { return }
        let isPending = bench.provider.now.pods[label] == .pending
        let next: PodState? =
            isPending && dice.chance(70)
            ? .running(ScriptedProvider.endpoint) : dice.chance(30) ? .failed(reason: "smoke") : nil
        bench.provider.set { $0.pods[label] = next }
        tell("pod \(label.suffix(5)) \(next.map { "\($0)" } ?? "gone")")
    }

    /// Whether it is seen at all, what is sold out, and how it answers.
    func changeProvider(isDark: Bool) {
        let answer = dice.chance(60) ? .ready : dice.pick(ScriptedProvider.Answer.allCases)!
        let soldOut = bench.provider.now.offers.map(\.key).filter { _ in dice.chance(20) }
        let slow = Int(dice.roll(0...2))
        bench.provider.set {
            ($0.isDark, $0.answer, $0.soldOut, $0.slowTerminations) = (isDark, answer, Set(soldOut), slow)
        }
        tell("\(isDark ? "dark" : "light"), answers \(answer), sold out \(soldOut), slow \(slow)")
    }

    func changeMachine() throws {
        switch dice.roll(1...4) {
        case 1:
            let step = dice.roll(-4_000...4_000)
            tell("wall clock \(step)")
            bench.clock.stepWallClock(by: Seconds(step))
            wallMoved += step * 1_000
            try report()
        case 2:
            let off = dice.roll(0...4_000)
            tell("reboot after \(off) s")
            let written = try context.database.read { try $0.billingClock()!.billing }
            try hold(written <= milliseconds, "billing time was written before it came")
            (milliseconds, isBootKnown) = (written, false)  // What was read and never written is lost.
            try bench.reboot(at: bench.clock.reading.realtime + off * 1_000)
            if dice.chance(70) { try report() }
        case 3:
            tell("another meter")
            try bench.startMeter()
        default: try report()
        }
    }

    /// What the meter's report does to billing time, and whether it tells of a step.
    func report() throws {
        try bench.meter.report()
        let (wall, before) = (bench.clock.reading.realtime, milliseconds)
        let runs = model.rentals.contains { $0.state == .running }
        if isBootKnown {
            if !runs { milliseconds = max(before, wall) }
        } else {
            milliseconds = min(max(wall, before), before + 900_000)
            wallMoved = wall - milliseconds
        }
        if abs(wallMoved) > 2_000 { stepsTold += 1 }
        (wallMoved, isBootKnown, hasReported) = (0, true, true)
    }
}

extension ReadSession {
    func stepsOfTheClock() throws -> Int64 {
        try row("SELECT COUNT(*) AS n FROM event WHERE type = 'clock.stepped'")!.int("n")
    }
}
