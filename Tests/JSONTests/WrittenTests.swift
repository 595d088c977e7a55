import Testing

@testable import JSON

struct WrittenTests {
    @Test func `numbers keep their digits, and what is written is read again`() throws {
        let value: JSON = [
            "list": [true, .null, 7], "number": .number("0.10"),
            "text": "a \"quoted\" \\ line\n\r\t\u{1}\u{7f}é😀",
        ]
        #expect(try JSON(parsing: Array(value.written.utf8), maximumDepth: 3) == value)
        #expect(value.written.contains("0.10"))
    }

    @Test func `the same members in any order are the same line`() {
        let (one, other): (JSON, JSON) = (["b": [:], "a": [], "c": false], ["c": false, "a": [], "b": [:]])
        #expect(one.written == #"{"a":[],"b":{},"c":false}"# && other.written == one.written)
    }
}
