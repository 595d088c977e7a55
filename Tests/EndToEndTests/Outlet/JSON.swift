import Foundation

/// A JSON value, read by name: what is missing or of another type fails the test by its name.
enum JSON: Decodable, Hashable {
    case null, bool(Bool), integer(Int64), number(Double), text(String), list([JSON]), object([String: JSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    static func parse(_ text: String) throws -> JSON {
        do { return try JSONDecoder().decode(JSON.self, from: Data(text.utf8)) } catch {
            throw Unexpected("not JSON: \(text.prefix(500))")
        }
    }

    /// The value under `key`; null is one, a missing key is not.
    func value(_ key: String) throws -> JSON {
        guard case .object(let fields) = self, let value = fields[key] else {
            throw Unexpected("no \(key) in \(self)")
        }
        return value
    }

    func has(_ key: String) -> Bool { (try? value(key)) != nil }

    func optionalText(_ key: String) throws -> String? {
        switch try value(key) {
        case .null: nil
        case .text(let text): text
        case let other: throw Unexpected("\(key) is \(other)")
        }
    }

    func text(_ key: String) throws -> String {
        guard let text = try optionalText(key) else { throw Unexpected("\(key) is null") }
        return text
    }

    func integer(_ key: String) throws -> Int64 {
        guard case .integer(let value) = try value(key) else {
            throw Unexpected("\(key) is \(try value(key))")
        }
        return value
    }

    func number(_ key: String) throws -> Double {
        switch try value(key) {
        case .integer(let value): Double(value)
        case .number(let value): value
        case let other: throw Unexpected("\(key) is \(other)")
        }
    }

    func list(_ key: String) throws -> [JSON] { try value(key).items() }

    func items() throws -> [JSON] {
        guard case .list(let items) = self else { throw Unexpected("not a list: \(self)") }
        return items
    }

    /// A time that must be there.
    func instant(_ key: String) throws -> Int64 {
        guard let time = try time(key) else { throw Unexpected("\(key) is null") }
        return time
    }

    /// A time of the contract, whole seconds UTC, in seconds since 1970; nil when it is null.
    func time(_ key: String) throws -> Int64? {
        try optionalText(key).map { text in
            let form = #/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/#
            guard text.wholeMatch(of: form) != nil, let date = try? Date(text, strategy: .iso8601) else {
                throw Unexpected("\(key) is \(text)")
            }
            return Int64(date.timeIntervalSince1970)
        }
    }
}

/// The outlet answered something that the contract does not have.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
