import Foundation
import Testing

@testable import Operations

@Test(
    arguments: [
        ["event": "ready", "at": "2026-11-21T22:22:51Z", "requestId": "r", "route": "/v1/a/{id}", "ms": "3"],
        ["quote": "a \"b\" \\ /", "Upper": "é 😀 \u{2028}", "a b": "", "user10": "1", "user9": "2"],
        ["controls": String(String.UnicodeScalarView((0...0x9f).map { Unicode.Scalar($0)! }))],
    ] as [[String: String]])
func `a line of the log is what Foundation's encoder writes`(fields: [String: String]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    #expect(Data(LogLine(fields).bytes) == (try encoder.encode(fields)) + Data("\n".utf8))
}
