import Synchronization

/// Logs of pods as they are kept.
enum LogText {
    static let largest = 64 << 10

    /// The last 64 KiB in whole lines, without control characters that could do something to a terminal.
    static func tail(_ text: String) -> String {
        let clean = String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter {
                    $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control
                }))
        guard clean.utf8.count > largest else { return clean }
        let end = clean.utf8.suffix(largest)
        return String(decoding: end.drop { $0 != UInt8(ascii: "\n") }.dropFirst(), as: UTF8.self)
    }
}

/// Lets something happen once in a while, for each name by itself.
final class Seldom: Sendable {
    private let last = Mutex<[String: ContinuousClock.Instant]>([:])
    private let interval: Duration
    private let clock: CloudClock

    init(every interval: Duration, clock: CloudClock) {
        self.interval = interval
        self.clock = clock
    }

    func isTime(for name: String) -> Bool {
        let now = clock.now()
        return last.withLock { last in
            if last.count > 1_000 { last = last.filter { now - $0.value < interval } }
            if let before = last[name], now - before < interval { return false }
            last[name] = now
            return true
        }
    }
}
