/// What is told of a wallet whose time runs out: once when it falls to each of these, and again only after it has
/// been above.
package struct RunwayWarning: Hashable, Sendable {
    package static let thresholds = [Seconds(86_400), .hour, Seconds(600)]

    package let tell: Seconds?  // The threshold to be told now.
    package let told: Seconds?  // The tightest one that counts as told from now on.
    package let lookAt: Instant?  // When time alone will have more to tell.

    /// - Parameters:
    ///   - exhaustsAt: When money ends something; nil while it ends nothing, which neither tells nor forgets anything.
    ///   - told: The tightest threshold told so far.
    package init(exhaustsAt: Instant?, now: Instant, told: Seconds?) {
        guard let exhaustsAt else {
            (tell, self.told, lookAt) = (nil, told, nil)
            return
        }
        let runway = exhaustsAt - now
        let level = Self.thresholds.filter { runway <= $0 }.min()
        tell = level.flatMap { level in told.map { level < $0 } ?? true ? level : nil }
        self.told = level  // A longer runway, by a top-up or a stop, lets the tighter ones be told again.
        lookAt = Self.thresholds.filter { $0 < runway }.max().map { exhaustsAt - $0 }
    }
}
