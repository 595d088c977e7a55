import Domain
import Testing

@Suite struct RetentionTests {
    @Test func `the newest are kept, and the last of each day`() {
        let hours = (0..<240).map { Instant($0 * 3_600) }  // Ten days.
        let kept = keptSnapshots(hours, newest: 48, days: 5)
        #expect(kept.intersection(hours.suffix(48)).count == 48)
        let older = kept.subtracting(hours.suffix(48)).sorted()
        #expect(older == [5, 6, 7].map { Instant($0 * 86_400 + 23 * 3_600) })
    }

    @Test func `fewer than asked for are all kept`() {
        let few = [Instant(5), Instant(90_000)]
        #expect(keptSnapshots(few, newest: 48, days: 35) == Set(few))
        #expect(keptSnapshots(few, newest: 1, days: 0) == [Instant(90_000)])
    }
}
