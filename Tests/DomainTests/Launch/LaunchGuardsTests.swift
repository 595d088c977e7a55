import Domain
import Testing

private func listing(
    _ number: UInt64 = 1, provider: String = "vast", region: String = "SE", source: String? = "machine 1",
    model: String = "H100_SXM_80GB", cost: Int64 = 2_000_000
) -> Listing {
    Listing(
        id: ID(ULID(milliseconds: 1, random: (0, number))), provider: provider, offerKey: "\(number)",
        family: "h100-80gb", model: model, vramGB: 80, gpuCount: 1, price: HourlyRate(centsPerHour: 250)!,
        region: region, regionCode: "SE", interconnect: nil, availability: .available, reliability: nil,
        note: nil, observedAt: Instant(1), cost: HourlyCost(microDollarsPerHour: cost), source: source)
}

@Suite struct `A block` {
    private func holds(_ scope: LaunchBlock.Scope, of blocked: Listing, _ other: Listing) -> Bool {
        let block = LaunchBlock(blocked, scope: scope, until: Instant(99), reason: "r")
        return !LaunchGuards(blocks: [block], money: []).allow(other)
    }

    @Test(arguments: LaunchBlock.Scope.allCases)
    func `holds its own listing, and nothing of another provider`(scope: LaunchBlock.Scope) {
        #expect(holds(scope, of: listing(), listing()))
        #expect(!holds(scope, of: listing(), listing(provider: "runpod")))
    }

    @Test func `reaches as far as its scope`() {
        let sameSource = listing(2, region: "NO", model: "B200")
        let sameRegion = listing(3, source: "machine 2")
        let other = listing(4, region: "NO", source: "machine 3")
        let reach = LaunchBlock.Scope.allCases.map { scope in
            [sameSource, sameRegion, other].map { holds(scope, of: listing(), $0) }
        }
        #expect(
            reach == [
                [false, false, false], [true, false, false], [false, true, false], [true, true, true],
            ])
        #expect(!holds(.region, of: listing(), listing(5, source: nil, model: "B200")))
    }

    @Test func `blames the listing where no source is named`() {
        #expect(!holds(.source, of: listing(source: nil), listing(2, source: nil)))
        #expect(holds(.source, of: listing(source: nil), listing(source: nil)))
    }

    @Test func `lasts by what happened, and never for ever`() {
        let troubles: [LaunchTrouble] = [
            .noCapacity, .refusedOrder, .busy, .failure, .slowDown(nil), .slowDown(Seconds(9_999)),
            .slowDown(Seconds(-5)), .noAccess, .noMoney, .brokenStart, .neverReady, .wrongHardware,
            .wrongHostKey,
        ]
        #expect(
            troubles.map { $0.block.time.count } == [
                300, 900, 60, 120, 30, 600, 1, 600, 600, 1_800, 3_600, 86_400, 86_400,
            ])
        let ofSources = troubles.filter { $0.block.scope == .source }
        #expect(ofSources.count == 4 && ofSources.allSatisfy { $0.isProviders })
    }
}

@Suite struct `The operator's money` {
    private func money(_ micros: Int64, burn: Int64, hours: Int64 = 24) -> UpstreamMoney {
        UpstreamMoney(
            provider: "vast", microDollars: micros, burn: HourlyCost(microDollarsPerHour: burn)!,
            minimumRunway: Seconds(hours * 3_600))
    }

    @Test(
        arguments: [
            (48_000_000, 0, 2_000_000, false), (47_999_999, 0, 2_000_000, true),
            (48_000_000, 1, 2_000_000, true), (1, 0, 0, false), (0, 0, 0, true), (-5_000_000, 0, 0, true),
            (Int64.max, 9_999_999_999, 2_000_000, false),
        ] as [(Int64, Int64, Int64, Bool)])
    func `must last a day with what would be launched`(has: Int64, burn: Int64, cost: Int64, isShort: Bool) {
        let guards = LaunchGuards(blocks: [], money: [money(has, burn: burn)])
        #expect(guards.allow(listing(cost: cost)) == !isShort)
        #expect(guards.allow(listing(provider: "runpod", cost: cost)))
    }

    @Test func `may run dry where no time is asked for`() {
        #expect(!money(0, burn: 1_000_000, hours: 0).isTooLittle(for: nil))
    }

    @Test func `lasts as long as it pays for what runs`() {
        #expect(money(10_000_000, burn: 2_500_000).runway == Seconds(4 * 3_600))
        #expect(money(10_000_000, burn: 0).runway == nil)
        #expect(money(-1, burn: 1).runway == .zero)
    }
}

@Suite struct `The reliability of a model` {
    @Test(
        arguments: [
            (4, 4, nil), (5, 5, 1), (0, 5, 0), (2, 3, nil), (5, 6, 0.83), (49, 50, 0.98), (1, 8, 0.13),
        ] as [(Int, Int, Double?)])
    func `is a share of tries, once there are five`(good: Int, tries: Int, share: Double?) {
        #expect(Reliability.share(good: good, of: tries) == share)
    }
}
