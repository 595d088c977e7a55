extension Instant {
    /// The first second of the calendar month, UTC.
    package var startOfMonth: Instant {
        guard let start = Instant(iso8601: "\(iso8601.prefix(7))-01") else {
            preconditionFailure("every month has a first day")
        }
        return start
    }

    /// The first second of the month after it.
    package var startOfNextMonth: Instant { (startOfMonth + Seconds(32 * 86_400)).startOfMonth }
}
