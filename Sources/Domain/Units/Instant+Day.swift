extension Instant {
    /// The first second of its day (UTC).
    package var day: Instant { Instant(secondsSince1970 - secondsSince1970 % Seconds.day.count) }

    /// The first second of its hour.
    package var hour: Instant { Instant(secondsSince1970 - secondsSince1970 % Seconds.hour.count) }

    /// Of its day, 0 to 23.
    package var hourOfDay: Int { Int(secondsSince1970 % Seconds.day.count / Seconds.hour.count) }
}

extension Seconds {
    package static let day = Seconds(86_400)
}
