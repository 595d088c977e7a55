/// A length of time in whole seconds.
package struct Seconds: Hashable, Comparable, Sendable {
    package let count: Int64

    package init(_ count: Int64) { self.count = count }

    package static let zero = Seconds(0)
    package static let minute = Seconds(60)
    package static let hour = Seconds(3_600)

    package static func < (left: Seconds, right: Seconds) -> Bool { left.count < right.count }
    package static func + (left: Seconds, right: Seconds) -> Seconds { Seconds(left.count + right.count) }
    package static func - (left: Seconds, right: Seconds) -> Seconds { Seconds(left.count - right.count) }
}

/// A whole second UTC, counted from 1970. Everything about money reads it from the billing clock.
package struct Instant: Hashable, Comparable, Sendable {
    package let secondsSince1970: Int64

    package init(_ secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.secondsSince1970 < right.secondsSince1970
    }
    package static func + (left: Instant, right: Seconds) -> Instant {
        Instant(left.secondsSince1970 + right.count)
    }
    package static func - (left: Instant, right: Seconds) -> Instant {
        Instant(left.secondsSince1970 - right.count)
    }
    package static func - (left: Instant, right: Instant) -> Seconds {
        Seconds(left.secondsSince1970 - right.secondsSince1970)
    }
}
