import Domain
import Foundation

extension Instant {
    /// `2026-06-07 08:14:22`, in UTC like all times here.
    var forPeople: String { iso8601.replacing("T", with: " ").replacing("Z", with: "") }
}

extension Seconds {
    /// `2d 03:04:05`
    var forPeople: String {
        let days = count / 86_400
        let parts = [count / 3_600 % 24, count / 60 % 60, count % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return (days > 0 ? "\(days)d " : "") + parts.joined(separator: ":")
    }
}

extension Cents {
    var forPeople: String { "\(count < 0 ? "-" : "")$" + dollars.replacing("-", with: "") }
}

extension HourlyRate {
    var forPeople: String { "$\(Cents(centsPerHour).dollars)/h" }
}

/// Writes one JSON value for scripts; keys sorted, so that two runs can be compared.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
