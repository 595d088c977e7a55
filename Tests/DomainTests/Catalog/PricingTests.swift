import Domain
import TestSupport
import Testing

private func cost(_ microDollars: Int64) -> HourlyCost { HourlyCost(microDollarsPerHour: microDollars)! }

@Suite struct `A markup` {
    @Test(
        arguments: [
            // cost, basis points, floor, price
            (0, 0, 0, 1), (1, 0, 0, 1), (10_000, 0, 0, 1), (10_001, 0, 0, 2), (690_000, 0, 0, 69),
            (690_000, 1_000, 0, 76), (690_000, 1, 0, 70), (690_000, 0, 5, 74), (690_000, 1_000, 5, 76),
            (690_000, 1_000, 8, 77), (345_833, 1_500, 0, 40), (345_833, 1_500, 10, 45),
            (2_990_000, 2_000, 0, 359), (22_400_000, 10_000, 0, 4_480), (1, 100_000, 0, 1),
            (1_000_000, 333, 0, 104),
        ] as [(Int64, Int, Int64, Int64)])
    func `is a share or a floor, whichever is more, rounded up`(
        micro: Int64, points: Int, floor: Int64, cents: Int64
    ) {
        let price = Markup(basisPoints: points, floor: Cents(floor)).price(of: cost(micro))
        #expect(price?.centsPerHour == cents)
    }

    @Test(arguments: 1...300 as ClosedRange<UInt64>)
    func `never sells below cost, and never adds a whole cent too much`(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let micro = dice.roll(0...5_000_000_000)
        let (points, floor) = (Int(dice.roll(0...5_000)), dice.roll(0...100))
        let price = try #require(
            Markup(basisPoints: points, floor: Cents(floor)).price(of: cost(micro))
        ).centsPerHour
        #expect(price * 10_000 >= micro && price * 100_000_000 >= micro * Int64(10_000 + points))
        let isShare = (price - 1) * 100_000_000 < micro * Int64(10_000 + points)
        let isFloor = (price - 1 - floor) * 10_000 < micro
        #expect(isShare || isFloor || price == 1)
    }

    @Test func `that no rate can hold is no price`() {
        let dear = cost(9_999_990_000)
        #expect(Markup.none.price(of: dear)?.centsPerHour == 999_999)
        #expect(Markup(basisPoints: 1, floor: .zero).price(of: dear) == nil)
    }
}

@Suite struct `A price band` {
    @Test func `needs three sights, and is around the middle one`() {
        let seen = [cost(2_000_000), cost(1), cost(3_000_000)]
        #expect(PriceBand(seen: Array(seen.prefix(2)), factor: 4) == nil)
        #expect(PriceBand(seen: seen, factor: 4)?.usual == cost(2_000_000))
    }

    @Test(
        arguments: [
            (500_000, 1, true), (499_999, 1, false), (8_000_000, 1, true), (8_000_001, 1, false),
            (10_000, 1, false), (16_000_000, 8, true), (64_000_000, 8, true), (64_000_001, 8, false),
            (3_999_992, 8, false), (0, 1, false),
        ] as [(Int64, Int, Bool)])
    func `holds what is near the usual price of a GPU`(micro: Int64, gpus: Int, isHeld: Bool) {
        #expect(PriceBand(usual: cost(2_000_000), factor: 4).holds(cost(micro), gpuCount: gpus) == isHeld)
    }

    @Test func `around nothing holds nothing but nothing`() {
        let band = PriceBand(usual: cost(0), factor: 4)
        #expect(band.holds(cost(0), gpuCount: 1) && !band.holds(cost(1), gpuCount: 1))
    }
}
