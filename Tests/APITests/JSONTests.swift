import Domain
import Testing

@testable import API

struct JSONTests {
    @Test(
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("\"a\\u0041\\n\\ud83d\\ude00\"", .string("aA\n😀")),
            ("[1,\"x\"]", .array([.number(number("1")), .string("x")])), ("[]", .array([])),
            ("{}", .object([])),
            ("{\"a\":false}", .object([JSONField(name: "a", value: .bool(false))])),
        ] as [(String, JSONValue)])
    func `a document becomes its value`(text: String, value: JSONValue) throws {
        #expect(try JSONParser.parse(Array(text.utf8)) == value)
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "01", "1.", ".5", "+1", "1e", "1e99999",
        "nul", "'a'",
        "\"\u{1}\"", "\"\\x\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"open", "1 2",
        "{\"a\":1,\"a\":2}",
        "NaN", "[1", "{\"a\":1 \"b\":2}", "\u{feff}1",
    ])
    func `what is no JSON is refused`(text: String) {
        #expect(throws: JSONFault.self) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONFault.self) { try JSONParser.parse([0x22, 0xff, 0x22]) }
    }

    @Test(arguments: [(16, true), (17, false), (30_000, false)])
    func `depth is bounded`(depth: Int, isTaken: Bool) {
        let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(((try? JSONParser.parse(Array(nested.utf8))) != nil) == isTaken)
    }

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
        #expect(number(text).integer == integer)
    }

    @Test(
        arguments: [
            ("1", 3_600), ("0.5", 1_800), ("0.0001388888888888889", 1), ("0.0001", 0),
            ("0.333333333333333333333", 1_200),
            ("8760", 31_536_000), ("1e-300", 0), ("12345678901", nil), ("-1", nil),
        ] as [(String, Int64?)])
    func `hours become seconds, to the nearest`(text: String, seconds: Int64?) {
        #expect(number(text).times(3_600) == seconds)
    }

    @Test(arguments: [
        ("8760", true), ("8760.0", true), ("8760.0000001", false), ("8761", false), ("1e400", false),
        ("0.1", true),
    ])
    func `a bound is exact`(text: String, holds: Bool) { #expect(number(text).isAtMost(8_760) == holds) }

    @Test(
        arguments: [
            (280, "2.8"), (300, "3"), (5, "0.05"), (65, "0.65"), (1_000_000, "10000"), (101, "1.01"),
            (1, "0.01"),
        ] as [(Int64, String)])
    func `dollars are written with their exact digits`(cents: Int64, text: String) {
        let dollars = Dollars(rate: HourlyRate(centsPerHour: cents)!)
        #expect(String(decoding: JSONWriter.bytes(of: dollars), as: UTF8.self) == text)
    }

    @Test func `text is written so that it reads back the same`() throws {
        let text = "quote \" backslash \\ line\nfeed\r\t\u{0}\u{1f}\u{7f} é 😀 </script>"
        #expect(try JSONParser.parse(JSONWriter.bytes(of: text)) == .string(text))
    }

    @Test func `fields come in the order in which they were given`() {
        var json = JSONWriter()
        json.object { json in
            json.field("b", 1)
            json.field("a", [Int64(-2), 3])
            json.field("c", String?.none)
            json.field("d") { json in json.object { _ in } }
            json.field("e", Instant(0))
        }
        let text = String(decoding: json.bytes, as: UTF8.self)
        #expect(text == #"{"b":1,"a":[-2,3],"c":null,"d":{},"e":"1970-01-01T00:00:00Z"}"#)
    }
}

private func number(_ text: String) -> JSONNumber {
    guard case .number(let number)? = try? JSONParser.parse(Array(text.utf8)) else {
        preconditionFailure("\(text) is no number")
    }
    return number
}
