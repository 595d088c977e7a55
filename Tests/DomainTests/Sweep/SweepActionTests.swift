import Domain
import Testing

private let now = Instant(1_000_000)

private func seen(_ times: Int, since: Int64 = 60, condemned: Bool = false) -> PodSighting {
    PodSighting(
        times: times, firstAt: now - Seconds(since), lastAt: now, condemnedBy: condemned ? "ada" : nil)
}

@Suite struct SweepActionTests {
    @Test(
        arguments: [
            (.live, nil, .leave), (.foreign, nil, .leave), (.ended, nil, .terminate),
            (.extra, seen(1), .wait), (.extra, seen(2), .terminate),
            (.unknown, seen(1, since: 9_999), .wait), (.unknown, seen(2, since: 1_199), .wait),
            (.unknown, seen(2, since: 1_200), .terminate), (.unknown, seen(1, condemned: true), .terminate),
            (.earlier, seen(99, since: 99_999), .report), (.earlier, seen(1, condemned: true), .terminate),
            (.missing, seen(1), .wait), (.missing, seen(2), .fail),
        ] as [(PodStanding, PodSighting?, SweepAction)])
    func `each standing has its action`(standing: PodStanding, seen: PodSighting?, action: SweepAction) {
        #expect(sweepAction(on: standing, seen: seen, at: now, isReportOnly: false) == action)
    }

    @Test(arguments: PodStanding.allCases)
    func `an outlet that only reports ends nothing`(standing: PodStanding) {
        let sighting = seen(99, since: 99_999, condemned: true)
        let action = sweepAction(on: standing, seen: sighting, at: now, isReportOnly: true)
        #expect(action == (standing == .live || standing == .foreign ? .leave : .report))
    }

    @Test func `looks side by side count once`() {
        let first = PodSighting.next(after: nil, at: now)
        let beside = PodSighting.next(after: first, at: now + Seconds(29))
        let second = PodSighting.next(after: beside, at: now + Seconds(30))
        #expect([first.times, beside.times, second.times] == [1, 1, 2])
        #expect(second.firstAt == now && second.lastAt == now + Seconds(30))
    }
}
