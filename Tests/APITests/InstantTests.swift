import Domain
import Testing

struct InstantTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (1_780_820_062, "2026-06-07T08:14:22Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (-62_167_219_200, "0000-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func `an instant is written and read in ISO 8601`(seconds: Int64, text: String) {
        #expect(Instant(seconds).iso8601 == text)
        #expect(Instant(iso8601: text) == Instant(seconds))
    }

    @Test func `a day alone is its first second`() {
        #expect(Instant(iso8601: "2026-06-07") == Instant(iso8601: "2026-06-07T00:00:00Z"))
    }

    @Test(arguments: [
        "", "2026-06-07T08:14:22", "2026-06-07 08:14:22Z", "2026-02-29T00:00:00Z", "2100-02-29", "2026-13-01",
        "2026-00-10", "2026-06-31", "2026-06-07T24:00:00Z", "2026-06-07T08:60:00Z", "2026-06-07T08:14:60Z",
        "+026-06-07", "2026-6-07", "2026-06-07T08:14:22z", "2026-06-07T08:14:22.5Z",
    ])
    func `other forms and impossible days are refused`(text: String) {
        #expect(Instant(iso8601: text) == nil)
    }

    @Test func `days over centuries read back`() {
        let days = stride(from: Int64(-150_000), through: 150_000, by: 7)
        let wrong = days.first {
            Instant(iso8601: Instant($0 * 86_400 + 43_199).iso8601) != Instant($0 * 86_400 + 43_199)
        }
        #expect(wrong == nil)
    }
}
