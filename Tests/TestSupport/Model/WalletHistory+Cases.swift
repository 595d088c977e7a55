import Domain

// What chance alone brings about too rarely, a few steps each.
extension WalletHistory {
    /// A pod that is lost within the minute: what was billed for it comes back.
    func loseEarly() async throws {
        let before = Set(bench.provider.now.pods.keys)
        try await launchInLight()
        pass(milliseconds: dice.roll(20...70) * 1_000)
        try await watch()
        bench.provider.set { state in state.pods = state.pods.filter { before.contains($0.key) } }
        tell("lost early")
        try await watch()
    }

    /// Time with heartbeats until most wallets have nothing left.
    func runDry() async throws {
        try await launchInLight()
        for _ in 0..<4 {
            pass(milliseconds: dice.roll(600...20_000) * 1_000)
            try await watch()
            try settle()
        }
    }

    /// The cheapest listing is gone when it is ordered, and the next one may be taken.
    func failOver() async throws {
        let product = HistoryBench.products.filter { $0.rates.count > 1 }.randomElement(using: &dice)!
        let cheapest = bench.provider.now.offers.filter {
            $0.family == product.family && $0.price.centsPerHour == product.rates[0]
        }
        bench.provider.set { ($0.isDark, $0.answer, $0.soldOut) = (false, .ready, Set(cheapest.map(\.key))) }
        try await launch(product, upTo: product.rates[1])
        for _ in 0..<2 { try await carryOut() }
    }

    private func launchInLight() async throws {
        bench.provider.set { ($0.isDark, $0.answer, $0.soldOut) = (false, .ready, []) }
        tell("light")
        let product = dice.pick(HistoryBench.products)!
        try await launch(product, upTo: nil)
        try await carryOut()
    }
}
