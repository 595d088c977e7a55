import Domain
import Providers
import Storage

/// For how long a pod would outlive the outlet at a provider that ends pods by itself; renewed long before.
let upstreamTerm = Seconds(12 * 3_600)

/// A pod's term is renewed once so much of it has passed.
private let renewal = Seconds.hour

extension Meter {
    /// What only providers know: the operator's money, what they ask for pods, and when they would end them. Each
    /// provider by itself.
    package func checkUpstream() async {
        await withTaskGroup(of: Void.self) { group in
            for provider in providers.values { group.addTask { await self.readBalance(of: provider) } }
        }
        await compareRates()
        await renewTerms()
    }

    /// Pauses launches where the operator's money lasts for too short a time; they resume by themselves.
    private func readBalance(of provider: any Provider) async {
        do {
            guard let balance = try await provider.balance() else { return }
            let minimum = context.settings.terms(of: provider.code).minimumRunway
            try write { transaction, now in
                try transaction.keep(
                    balance.microDollars, spend: balance.spend, minimumRunway: minimum, of: provider.code,
                    at: now)
                try tellPause(at: provider.code, now, in: transaction)
            }
        } catch {
            logger.warning(
                "balance unknown", metadata: ["provider": "\(provider.code)", "error": "\(error)"])
        }
    }

    private func tellPause(at code: String, _ now: Instant, in transaction: any Transaction) throws {
        guard let money = try transaction.upstreamMoney().first(where: { $0.provider == code }) else {
            return
        }
        let isPaused = money.isTooLittle(for: nil)
        guard try transaction.setPaused(isPaused, at: code, now: now) else { return }
        try transaction.bumpCatalogVersion()
        let left = "$\(Cents(money.microDollars / 10_000).dollars)"
        let time = money.runway.map { ", \($0.count / 3_600) hours of what runs there" } ?? ""
        logger.error(
            isPaused ? "launches pause" : "launches resume",
            metadata: ["provider": "\(code)", "left": "\(left)"])
        try context.record(
            isPaused ? "provider.launches_paused" : "provider.launches_resumed", of: nil,
            "\(isPaused ? "Launches pause" : "Launches resume") at \(code): \(left) is left there\(time).",
            in: transaction)
    }

    /// Asks once for each pod that runs what its provider takes for it, and tells when that is more than was quoted.
    /// The renter's rate stays what it was.
    private func compareRates() async {
        for attempt in readable({ try $0.attemptsWithoutRate(limit: 50) }) ?? [] {
            guard let provider = providers[attempt.provider] else { continue }
            do {
                let asked = try await provider.rate(label: attempt.label, upstreamID: attempt.upstreamID)
                try write { transaction, now in
                    try transaction.keepAsked(asked, of: attempt.number, at: now)
                    guard let asked, let quoted = try transaction.cost(of: attempt.number)?.quoted,
                        asked > quoted.withTolerance
                    else { return }
                    logger.error(
                        "rate above quote",
                        metadata: ["label": "\(attempt.label)", "asked": "\(asked.dollars)"])
                    try context.record(
                        "provider.rate_above_quote", of: nil,
                        """
                        \(attempt.provider) asks \(asked.dollars) an hour for \(attempt.label), \
                        and had quoted \(quoted.dollars). Its renter pays what was agreed.
                        """,
                        in: transaction)
                }
            } catch {
                logger.warning("rate unknown", metadata: ["label": "\(attempt.label)", "error": "\(error)"])
            }
        }
    }

    private func renewTerms() async {
        let due = readable { session in
            try session.attemptsExpiring(
                before: context.now(in: session) + upstreamTerm - renewal, limit: 50)
        }
        for attempt in due ?? [] {
            guard let provider = providers[attempt.provider] else { continue }
            do {
                let until = try context.database.read { try context.now(in: $0) } + upstreamTerm
                try await provider.renewExpiry(
                    label: attempt.label, upstreamID: attempt.upstreamID, until: until)
                try write { transaction, _ in try transaction.keepExpiry(until, of: attempt.number) }
            } catch {
                logger.error(
                    "term not renewed", metadata: ["label": "\(attempt.label)", "error": "\(error)"])
            }
        }
    }
}

extension HourlyCost {
    /// One per cent more: what rounding may do between a quote and a pod.
    var withTolerance: HourlyCost {
        HourlyCost(
            microDollarsPerHour: min(
                microDollarsPerHour + microDollarsPerHour / 100, HourlyCost.range.upperBound))!
    }
}
