import Crypto

/// Stripe's word for a webhook: HMAC-SHA256 over the time and the raw body, with a secret that both sides know.
/// https://docs.stripe.com/webhooks#verify-manually
package struct WebhookSignature: Sendable {
    /// Why a delivery is not believed. For the operator's log: the sender learns only that it is refused.
    package enum Refusal: Error, Hashable, Sendable {
        case malformed
        case noMatch
        case tooOld
        case inTheFuture
    }

    /// How far the time of a delivery may be from ours, in seconds.
    package static let tolerance: Int64 = 300

    private let time: Int64
    private let timeText: Substring
    private let marks: [[UInt8]]

    /// Reads the header: `t=1700000000,v1=…,v1=…`. Schemes other than v1 are passed over, as Stripe asks.
    /// - Throws: `Refusal.malformed`.
    package init(header: String) throws(Refusal) {
        guard header.utf8.count <= 4_096 else { throw .malformed }
        var times: [Substring] = []
        var marks: [[UInt8]] = []
        for item in header.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw .malformed }
            switch pair[0] {
            case "t": times.append(pair[1])
            case "v1": if let mark = Self.bytes(hex: pair[1]) { marks.append(mark) }
            default: break
            }
        }
        guard times.count == 1, times[0].utf8.count <= 12, times[0].utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
            let time = Int64(times[0]), !marks.isEmpty, marks.count <= 16
        else { throw .malformed }
        self.time = time
        timeText = times[0]
        self.marks = marks
    }

    /// Whether one of `secrets` made this signature for `body`, at about `now` in Unix seconds. A secret is rolled by
    /// having the new one and the old one for a day.
    /// - Throws: `Refusal`.
    package func verify(_ body: [UInt8], secrets: [String], now: Int64) throws(Refusal) {
        let isOurs = secrets.contains { secret in
            guard !secret.isEmpty else { return false }
            var code = HMAC<SHA256>(key: SymmetricKey(data: Array(secret.utf8)))
            code.update(data: Array(timeText.utf8) + [UInt8(ascii: ".")])
            code.update(data: body)
            let expected = Array(code.finalize())
            // Each is compared whole, in a time that does not tell how much of it fits.
            return marks.map { Self.areEqual($0, expected) }.contains(true)
        }
        guard isOurs else { throw .noMatch }
        guard now - time <= Self.tolerance else { throw .tooOld }
        guard time - now <= Self.tolerance else { throw .inTheFuture }
    }

    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Lower-case hexadecimal of 32 bytes; nil for anything else.
    private static func bytes(hex: Substring) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
