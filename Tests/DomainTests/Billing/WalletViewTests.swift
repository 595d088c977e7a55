import Domain
import TestSupport
import Testing

@Test(arguments: 1...20 as ClosedRange<UInt64>)
func `live figures add up and are never negative, at every instant`(seed: UInt64) {
    var dice = Dice(seed: seed)
    for wallet in 0..<100 {
        let settled: Int64 = 1_000_000
        let rentals = (0..<UInt64(dice.roll(0...4))).map {
            dice.rental($0, settledAt: settled, longest: 5_000)
        }
        let state = WalletState(
            available: Cents(dice.roll(0...900)),
            reserved: rentals.map(\.hold).sum() + Cents(dice.roll(0...100)),
            rentals: rentals)
        for _ in 0..<10 {
            let now = Instant(settled + dice.roll(0...20_000))
            let view = walletView(of: state, at: now)
            let due = rentals.map { $0.rate.price(of: view.seconds[$0.id]!) - $0.charged }.sum()
            #expect(
                view.available >= .zero && view.reserved >= .zero && view.pending >= .zero, "wallet \(wallet)"
            )
            #expect(view.pending == due, "wallet \(wallet) at \(now)")
            #expect(view.available + view.reserved == state.available + state.reserved - view.pending)
            #expect(rentals.allSatisfy { view.holds[$0.id]! >= .zero && view.seconds[$0.id]! >= $0.billed })
            #expect(
                rentals.allSatisfy { rental in
                    rental.endsAt.map {
                        rental.startedAt + view.seconds[rental.id]!
                            <= max($0, rental.startedAt + rental.billed)
                    } ?? true
                })
            #expect(state.spendable(at: now) <= view.available, "what may leave is there")
            guard view.exhaustsAt.map({ $0 > now }) ?? true else { continue }
            // While there is money, a rental's own times say the same.
            let alone = rentals.map { $0.time.elapsed(at: now, paidUntil: nil) }
            #expect(alone == rentals.map { view.seconds[$0.id] }, "wallet \(wallet) at \(now)")
        }
    }
}

@Test func `seconds that nobody confirmed are not shown as charged, and may not be spent`() {
    let rental = MeteredRental(
        id: ID(ULID(milliseconds: 1, random: (0, 1))), rate: HourlyRate(centsPerHour: 3_600)!,
        startedAt: Instant(0),
        billed: Seconds(3_600), hold: .zero, endsAt: nil, confirmedAt: Instant(3_700))
    let state = WalletState(available: Cents(1_000), reserved: .zero, rentals: [rental])
    #expect(walletView(of: state, at: Instant(3_730)).available == Cents(870))
    #expect(walletView(of: state, at: Instant(3_731)).available == Cents(900))
    #expect(state.spendable(at: Instant(3_731)) == Cents(869))
}
