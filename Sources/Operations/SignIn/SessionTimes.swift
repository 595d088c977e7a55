import Domain

/// How long a sign-in lasts.
enum SessionTimes {
    static let slide = Seconds(30 * 86_400)  // After the last visit…
    static let end = Seconds(90 * 86_400)  // …but no longer than this after signing in.
    static let touchEvery = Seconds.hour  // How often a visit is written down.

    static func expiry(seenAt: Instant, endsAt: Instant) -> Instant { min(seenAt + slide, endsAt) }
}
