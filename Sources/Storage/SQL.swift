import Domain

/// A statement with its arguments. Interpolation binds, so text is never spliced into SQL.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    package enum Value: Hashable, Sendable {
        case null, integer(Int64), real(Double), text(String), blob([UInt8])
    }

    package private(set) var text: String
    package private(set) var arguments: [Value]

    package init(stringLiteral value: String) { (text, arguments) = (value, []) }
    package init(stringInterpolation: StringInterpolation) {
        (text, arguments) = (stringInterpolation.text, stringInterpolation.arguments)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var text = ""
        var arguments: [Value] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
            arguments.reserveCapacity(interpolationCount)
        }
        package mutating func appendLiteral(_ literal: String) { text += literal }

        package mutating func appendInterpolation(_ value: some SQLConvertible) {
            text += "?"
            arguments.append(value.sqlValue)
        }

        package mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
            text += "?"
            arguments.append(value?.sqlValue ?? .null)
        }

        /// A piece of another statement, with its arguments.
        package mutating func appendInterpolation(_ part: SQL) {
            text += part.text
            arguments += part.arguments
        }
    }
}

/// A value that a statement can bind.
package protocol SQLConvertible { var sqlValue: SQL.Value { get } }

extension Int64: SQLConvertible { package var sqlValue: SQL.Value { .integer(self) } }
extension Int: SQLConvertible { package var sqlValue: SQL.Value { .integer(Int64(self)) } }
extension Bool: SQLConvertible { package var sqlValue: SQL.Value { .integer(self ? 1 : 0) } }
extension Double: SQLConvertible { package var sqlValue: SQL.Value { .real(self) } }
extension String: SQLConvertible { package var sqlValue: SQL.Value { .text(self) } }
extension [UInt8]: SQLConvertible { package var sqlValue: SQL.Value { .blob(self) } }
extension Cents: SQLConvertible { package var sqlValue: SQL.Value { .integer(count) } }
extension Seconds: SQLConvertible { package var sqlValue: SQL.Value { .integer(count) } }
extension Instant: SQLConvertible { package var sqlValue: SQL.Value { .integer(secondsSince1970) } }
extension HourlyRate: SQLConvertible { package var sqlValue: SQL.Value { .integer(centsPerHour) } }
extension ID: SQLConvertible { package var sqlValue: SQL.Value { .text(text) } }
