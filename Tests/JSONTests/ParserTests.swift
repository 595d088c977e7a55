import Testing

@testable import JSON

struct ParserTests {
    private func parse(_ text: String, maximumDepth: Int = 16) throws(JSONFault) -> JSON {
        try JSON(parsing: Array(text.utf8), maximumDepth: maximumDepth)
    }

    @Test(
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("false\r\n", .bool(false)), ("\"\"", .string("")),
            ("\"a\\u0041\\n\\ud83d\\ude00\"", .string("aA\n😀")),
            (#""\"\\\/\b\f\n\r\t\u00E9é""#, .string("\"\\/\u{8}\u{c}\n\r\téé")),
            ("[1,\"x\"]", .array([.number("1"), .string("x")])), ("[]", .array([])), ("{}", .object([])),
            ("{\"a\":false}", .object([JSON.Member(name: "a", value: .bool(false))])),
            ("\t[ 1 , 2 ] ", [1, 2]),
            (
                #"{"b":[1,2.50,{"c":null}],"a":"\u00e9"}"#,
                ["b": [1, .number("2.50"), ["c": .null]], "a": "é"]
            ),
        ] as [(String, JSON)])
    func `a document becomes its value`(text: String, value: JSON) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1", "[1,]", "[1 2]", "[1]x", "1 2", "{\"a\":", "{\"a\":1,}", "{\"a\" 1}",
        "{\"a\":1 \"b\":2}", "{a:1}", "nul", "NaN", "Infinity", "'a'", "<html>", "\u{feff}1",
    ])
    func `what is no document is refused`(text: String) {
        #expect(throws: JSONFault.self) { try parse(text) }
    }

    @Test(arguments: [
        "\"\n\"", "\"\u{1}\"", #""\x""#, #""\u12""#, #""\u12g4""#, "\"open", "\"open\\", #""\ud800""#,
        #""\ud83d""#, #""\udc00""#, #""\ude00""#, #""\ud800\u0041""#, #""\ud800\ud800""#, #""\ud800x""#,
    ])
    func `what is no text is refused`(text: String) {
        #expect(throws: JSONFault.self) { try parse(text) }
    }

    @Test(arguments: [
        "0", "-0", "7", "-0.5e+3", "0.10", "2.50", "1E5", "1e-05", "1e9999",
        "123456789012345678901234567890.1",
        "0." + String(repeating: "3", count: 62),
    ])
    func `a number keeps its digits`(text: String) throws {
        #expect(try parse(text) == .number(text))
    }

    @Test(arguments: [
        "01", "-01", "00", "1.", ".5", "+1", "-", "1e", "1e+", "1.e5", "0x10", "1e99999", "1e00001",
        "0." + String(repeating: "3", count: 63),
    ])
    func `what is no number, or too long to be meant, is refused`(text: String) {
        #expect(throws: JSONFault.self) { try parse(text) }
    }

    @Test(arguments: [
        [0x22, 0xff, 0x22], [0xff], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
    ])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONFault(reason: "not UTF-8", offset: 0)) {
            try JSON(parsing: bytes, maximumDepth: 16)
        }
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":1}"#, #"[{"b":{"a":1,"c":2,"a":1}}]"#,
        "{\"\u{e9}\":1,\"e\u{301}\":2}",  // Two ways to write one name.
    ])
    func `a name that comes twice in one object is refused`(text: String) {
        #expect(throws: JSONFault.self) { try parse(text) }
    }

    @Test func `a name may come again in another object, and order stays`() throws {
        let value = try parse(#"{"b":{"b":1},"a":{"b":1}}"#)
        guard case .object(let members) = value else {
            Issue.record("no object: \(value)")
            return
        }
        #expect(members.map(\.name) == ["b", "a"])
    }

    @Test(arguments: [16, 64])
    func `depth is bounded, and a value alone is a level`(limit: Int) {
        func isTaken(_ depth: Int, around inner: String = "", open: String = "[", close: String = "]") -> Bool
        {
            let text = String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
            return (try? parse(text, maximumDepth: limit)) != nil
        }
        #expect(isTaken(limit) && !isTaken(limit + 1) && !isTaken(100_000))
        #expect(isTaken(limit - 1, around: "1") && !isTaken(limit, around: "1"))
        #expect(isTaken(limit - 1, around: "1", open: "{\"a\":", close: "}"))
        #expect(!isTaken(limit, around: "1", open: "{\"a\":", close: "}"))
    }

    @Test(arguments: [
        ("", "a value is missing", 0), (" [tru]", "a value is missing", 2),
        ("[1", "an array is not closed", 2),
        ("{\"a\":1", "an object is not closed", 6), ("{\"a\" 1}", "a colon is missing", 5),
        ("{a:1}", "a field name is missing", 1), ("1 2", "something follows the document", 2),
        (#"{"a":1,"a":2}"#, "the field a is there twice", 10), ("01", "ill-formed number", 2),
        ("[1.]", "ill-formed number", 3), ("1e99999", "ill-formed exponent", 7),
        (String(repeating: "1", count: 65), "a number is too long", 65),
        ("\"a", "a string is not closed", 2), ("\"\u{1}\"", "a control character in a string", 2),
        (#""\x""#, "unknown escape", 3), (#""\u12""#, #"ill-formed \u escape"#, 5),
        (#""\ud800""#, "half a surrogate pair", 7),
        (String(repeating: "[", count: 17), "nested too deeply", 16),
    ])
    func `a fault says why and where`(text: String, reason: String, offset: Int) {
        #expect(throws: JSONFault(reason: reason, offset: offset)) { try parse(text) }
    }
}
