import Testing

@testable import API

struct JSONNumberTests {
    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("7", 7), ("7.0", 7), ("70e-1", 7), ("1.5e1", 15), ("-12", -12),
            ("0e9999", 0),
            ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9007199254740993", 9_007_199_254_740_993),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("7.5", nil), ("1e19", nil),
            ("1e-1", nil),
        ] as [(String, Int64?)])
    func `an integer is read exactly or not at all`(text: String, integer: Int64?) {
        #expect(JSONNumber(text).integer == integer)
    }

    @Test(
        arguments: [
            ("1", 3_600), ("0.5", 1_800), ("0.0001388888888888889", 1), ("0.0001", 0),
            ("0.333333333333333333333", 1_200),
            ("8760", 31_536_000), ("1e-300", 0), ("12345678901", nil), ("-1", nil),
        ] as [(String, Int64?)])
    func `hours become seconds, to the nearest`(text: String, seconds: Int64?) {
        #expect(JSONNumber(text).times(3_600) == seconds)
    }

    @Test(arguments: [
        ("8760", true), ("8760.0", true), ("8760.0000001", false), ("8761", false), ("1e400", false),
        ("0.1", true),
    ])
    func `a bound is exact`(text: String, holds: Bool) { #expect(JSONNumber(text).isAtMost(8_760) == holds) }
}
