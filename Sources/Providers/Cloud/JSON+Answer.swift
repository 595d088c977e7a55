import JSON

/// How a cloud's answer is read: by name, and what is missing or of another kind is nil.
extension JSON {
    /// Nil for everything that is not exactly one JSON document of at most 64 levels.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSON(parsing: bytes, maximumDepth: 64) else { return nil }
        self = value
    }

    /// The member of an object; nil for others, and where it is missing or null. Only an object's can be set.
    subscript(_ name: String) -> JSON? {
        get {
            guard let member = members?.first(where: { $0.name == name }) else { return nil }
            return member.value == .null ? nil : member.value
        }
        set {
            guard var members else { preconditionFailure("only an object has members") }
            members.removeAll { $0.name == name }
            if let newValue { members.append(Member(name: name, value: newValue)) }
            self = .object(members)
        }
    }

    var text: String? { if case .string(let text) = self { text } else { nil } }
    var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var items: [JSON]? { if case .array(let items) = self { items } else { nil } }
    var members: [Member]? { if case .object(let members) = self { members } else { nil } }

    /// A number or a number in a text, as some providers write money and ports.
    var decimal: DecimalText? {
        switch self {
        case .number(let text), .string(let text): DecimalText(text)
        default: nil
        }
    }

    /// A whole number that is written in any way; nil for a fraction.
    var integer: Int? { decimal?.scaled(by: 0, .exact).map(Int.init) }

    /// A text, or the digits of a number: providers disagree on how to write ids.
    var name: String? {
        switch self {
        case .string(let text): text
        case .number: integer.map(String.init)
        default: nil
        }
    }
}
