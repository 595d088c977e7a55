import Domain
import JSON
import Testing

@testable import API

struct JSONWriterTests {
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
        #expect(try JSON(parsing: JSONWriter.bytes(of: text), maximumDepth: 1) == .string(text))
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
