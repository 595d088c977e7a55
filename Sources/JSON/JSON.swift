/// A JSON document as it was sent: its numbers keep their digits, so that money passes through no floating point, and its
/// objects the order of their members.
package enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(String)  // As in RFC 8259, unchanged.
    case string(String)
    case array([JSON])
    case object([Member])  // Each name once.

    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSON

        package init(name: String, value: JSON) {
            self.name = name
            self.value = value
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(integerLiteral number: Int) { self = .number(String(number)) }
    package init(booleanLiteral flag: Bool) { self = .bool(flag) }
    package init(arrayLiteral items: JSON...) { self = .array(items) }
    package init(dictionaryLiteral members: (String, JSON)...) {
        precondition(Set(members.map(\.0)).count == members.count, "an object has each name once")
        self = .object(members.map { Member(name: $0, value: $1) })
    }
}
