import Domain
import Testing

@testable import Providers

@Suite struct JSONTests {
    @Test(arguments: [
        "null", "true", "0", "-0.5e+3", "\"\"", "[]", "{}", #"{"a":[1,2.50,{"b":null}],"c":"\u00e9"}"#,
        " [ 1 , 2 ] ",
        #""\ud83d\ude00""#, "123456789012345678901234567890.1",
    ])
    func `what is JSON is read`(text: String) {
        #expect(JSON(Array(text.utf8)) != nil)
    }

    @Test(arguments: [
        "", "nul", "01", "1.", ".5", "+1", "1e", "[1,]", "[1 2]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}",
        "\"\n\"",
        #""\x""#, #""\ud83d""#, #""\ude00""#, "[1]x", "[", "{\"a\":", "\"abc", #"{"a":1,"a":2}"#, "NaN",
        "Infinity",
        "<html>", #""\u12""#,
    ])
    func `what is not JSON is nothing`(text: String) {
        #expect(JSON(Array(text.utf8)) == nil)
    }

    @Test func `too deep is nothing, and bytes that are no text are nothing`() {
        let deep = { (levels: Int) in
            Array((String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).utf8)
        }
        #expect(JSON(deep(60)) != nil && JSON(deep(100)) == nil && JSON(deep(100_000)) == nil)
        #expect(JSON([0x22, 0xff, 0x22]) == nil)
    }

    @Test func `numbers keep their digits, and what is written is read again`() {
        let value: JSON = [
            "text": "a \"quoted\" \\ line\n\u{1}\u{7f}é😀", "number": .number("0.10"),
            "list": [true, .null, 7],
        ]
        #expect(JSON(Array(value.written.utf8)) == value)
        #expect(value.written.contains("0.10"))
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
