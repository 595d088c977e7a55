import Domain
import JSON
import Testing

@testable import Providers

/// How values of a cloud's answer are read.
struct AnswerTests {
    @Test(arguments: ["", "<html>", "[1]x", "{\"a\":", #"{"a":1,"a":2}"#])
    func `an answer that is not JSON is nothing`(text: String) {
        #expect(JSON(Array(text.utf8)) == nil)
    }

    @Test(arguments: [(64, true), (65, false), (100_000, false)])
    func `an answer has at most 64 levels`(depth: Int, isTaken: Bool) {
        let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect((JSON(Array(nested.utf8)) != nil) == isTaken)
    }

    @Test func `a member is found by its name, and null is as good as missing`() {
        let value: JSON = ["a": 1, "b": .null, "c": ["d": true]]
        #expect(value["a"]?.integer == 1 && value["c"]?["d"]?.flag == true)
        #expect(value["b"] == nil && value["e"] == nil && value["a"]?["b"] == nil)
    }

    @Test func `a member is set, replaced and removed`() {
        var value: JSON = ["a": 1]
        value["b"] = "x"
        value["a"] = [2]
        #expect(value.written == #"{"a":[2],"b":"x"}"#)
        value["a"] = nil
        #expect(value == ["b": "x"])
    }

    @Test(
        arguments: [
            ("0.3458", 345_800), ("0.69", 690_000), ("1", 1_000_000), ("1.0000001", 1_000_001),
            ("6.9e-1", 690_000),
            ("2.5E3", 2_500_000_000), ("0", 0), ("0.000", 0), ("0.00000049", 1), ("00.5", 500_000),
            ("0.34580000000000000000000", 345_800),
        ] as [(String, Int64)])
    func `dollars become whole micro-dollars, rounded up`(text: String, micros: Int64) {
        #expect(DecimalText(text)?.scaled(by: 6, .up) == micros)
        #expect(JSON.number(text).cost() == JSON.string(text).cost())
    }

    @Test(arguments: [
        "", "-", "1,5", "0x10", "1e", "1.2.3", " 1", "1 ", "NaN", "١", "1e9999", "--1",
        "1234567890123456789.5",
    ])
    func `what is no decimal number is nothing`(text: String) {
        #expect(DecimalText(text) == nil)
    }

    @Test(arguments: ["1e30", "99999999999999999", "-0.01", "10000.000001"])
    func `a cost that no rate can hold is none`(text: String) {
        #expect(JSON.number(text).cost() == nil)
    }

    @Test(arguments: [("2.5", 3), ("-2.5", -3), ("2.4", 2), ("-2.4", -2), ("1e-30", 0)] as [(String, Int64)])
    func `nearest is half away from zero`(text: String, whole: Int64) {
        #expect(DecimalText(text)?.scaled(by: 0, .nearest) == whole)
    }

    @Test func `exact takes no fraction`() {
        #expect(JSON.number("22.0").integer == 22 && JSON.string("22").integer == 22)
        #expect(JSON.number("22.5").integer == nil)
    }

    @Test(arguments: ["2026-11-21T12:00:00Z", "2026-11-21T12:00:00.123456Z", "2026-11-21 12:00:00+00:00"])
    func `moments are read as providers write them`(text: String) {
        #expect(JSON.string(text).instant == Instant(iso8601: "2026-11-21T12:00:00Z"))
        #expect(JSON.string("2026-11-21T12:00:00+02:00").instant == nil)
    }
}
