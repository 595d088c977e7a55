import Domain
import Testing

private func pod(_ id: String, hours: Int64, isOpen: Bool = false) -> ExpectedCost {
    ExpectedCost(
        label: "outlet-a-\(id)", upstreamID: id, cost: HourlyCost(microDollarsPerHour: 2_000_000)!,
        from: Instant(0), to: Instant(hours * 3_600), isOpen: isOpen)
}

private func line(_ id: String, _ micros: Int64, label: String? = nil) -> ProviderBillLine {
    ProviderBillLine(upstreamID: id, label: label, microDollars: micros)
}

@Suite struct `A provider's bill` {
    private func standing(_ charges: [ProviderBillLine], _ pods: [ExpectedCost]) -> [String] {
        reconcile(charges, with: pods).map { "\($0.upstreamID) \($0.standing.rawValue)" }
    }

    @Test(
        arguments: [
            (20_000_000, false, "matched"), (20_000_001, false, "matched"), (21_050_000, false, "matched"),
            (21_050_001, false, "amount_differs"), (18_950_000, false, "matched"),
            (18_949_999, false, "amount_differs"), (0, false, "amount_differs"),
            // The last hour of a pod that runs may not be billed yet.
            (16_950_000, true, "matched"), (16_949_999, true, "amount_differs"),
            (21_050_001, true, "amount_differs"),
        ] as [(Int64, Bool, String)])
    func `matches within a twentieth and five cents`(micros: Int64, isOpen: Bool, word: String) {
        #expect(standing([line("a", micros)], [pod("a", hours: 10, isOpen: isOpen)]) == ["a \(word)"])
    }

    @Test func `is the sum of its lines, and shows what is only theirs or ours first`() {
        let charges = [
            line("a", 9_000_000), line("a", 11_000_000), line("stranger", 5, label: "outlet-a-lost"),
            line("b", 1),
        ]
        let pods = [
            pod("a", hours: 10), pod("b", hours: 10), pod("c", hours: 10), pod("new", hours: 1, isOpen: true),
        ]
        let result = reconcile(charges, with: pods)
        #expect(
            result.map { "\($0.upstreamID) \($0.standing.rawValue)" } == [
                "b amount_differs", "c only_ours", "stranger only_theirs", "a matched", "new matched",
            ])
        #expect(result[2].label == "outlet-a-lost" && result[2].ours == 0 && result[2].theirs == 5)
        #expect(result[3].ours == 20_000_000 && result[3].theirs == 20_000_000)
    }

    @Test func `of nothing with nothing is clean`() { #expect(reconcile([], with: []).isEmpty) }
}
