import Foundation
import TestSupport
import Testing

/// How many histories beside the model; `scripts/test` asks for 10,000.
private let wanted = ProcessInfo.processInfo.environment["OUTLET_HISTORIES"].flatMap { UInt64($0) } ?? 400

/// `OUTLET_SEED=17` tells one history again, `OUTLET_SEED=1000...5000` tells others.
@Suite struct `A random history` {
    @Test(arguments: askedSeeds(1...60, slice: 20))
    func `of a whole outlet loses no cent and leaves no pod`(seeds: ClosedRange<UInt64>) async {
        for seed in seeds {
            do { try await History(seed: seed).run(steps: 40) } catch { Issue.record(error) }
        }
    }

    @Test(arguments: askedSeeds(1...wanted, slice: max(wanted / 8, 100)))
    func `of a wallet agrees with the model after each step`(seeds: ClosedRange<UInt64>) async throws {
        var histories = WalletHistories()
        for seed in seeds { try await histories.run(seed: seed) }
        try histories.verify(seed: seeds.upperBound)
        print("histories \(seeds.lowerBound) to \(seeds.upperBound): \(histories.tally.summary)")
        // A few need not show everything; `OUTLET_SEED` asks for one.
        guard seeds.count >= 100 else { return }
        for kind in [
            "user", "operator", "wallet_empty", "auto_stop", "provider_lost", "provision_failed", "credited",
            "failed over", "paid by gift",
        ] {
            #expect(histories.tally.counts[kind, default: 0] > 0, "no history has \(kind)")
        }
    }

    @Test(arguments: askedSeeds(1...200, slice: 100))
    func `under two schedules of ticks ends with the same cents and seconds`(seeds: ClosedRange<UInt64>)
        async throws
    {
        var histories = WalletHistories()
        for seed in seeds { try await histories.cut(seed: seed) }
    }
}
