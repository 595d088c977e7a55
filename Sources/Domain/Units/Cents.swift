/// An amount of money in whole US cents. Signed: a change may be negative, a balance never is.
package struct Cents: Hashable, Comparable, Sendable {
    package let count: Int64

    package init(_ count: Int64) { self.count = count }

    package static let zero = Cents(0)

    package static func < (left: Cents, right: Cents) -> Bool { left.count < right.count }
    package static func + (left: Cents, right: Cents) -> Cents { Cents(left.count + right.count) }
    package static func - (left: Cents, right: Cents) -> Cents { Cents(left.count - right.count) }
    package static prefix func - (value: Cents) -> Cents { Cents(-value.count) }
    package static func += (left: inout Cents, right: Cents) { left = left + right }
    package static func -= (left: inout Cents, right: Cents) { left = left - right }
}

extension Sequence where Element == Cents {
    package func sum() -> Cents { reduce(.zero, +) }
}
