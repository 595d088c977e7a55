import HTTP
import JSON

/// The body of a request as an object whose fields are all known. A field that is `null` counts as not sent.
struct Fields {
    private static let maximumDepth = 16

    private let values: [String: JSON]

    /// An empty body is an object without fields.
    /// - Throws: `ErrorAnswer` when the body is not such an object.
    init(_ request: Request, known: [String]) throws {
        guard !request.body.isEmpty else {
            values = [:]
            return
        }
        guard request.hasContentType("application/json") else {
            throw ErrorAnswer.invalid("Content-Type", "must be application/json")
        }
        let document: JSON
        do { document = try JSON(parsing: request.body, maximumDepth: Self.maximumDepth) } catch {
            throw ErrorAnswer.badRequest("The body is not JSON: \(error.reason), at byte \(error.offset).")
        }
        guard case .object(let members) = document else {
            throw ErrorAnswer.badRequest("The body is not a JSON object.")
        }
        if let unknown = members.first(where: { !known.contains($0.name) }) {
            throw ErrorAnswer.invalid(unknown.name, "is not a field of this request")
        }
        values = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value) })
    }

    /// For calls without fields.
    static func none(in request: Request) throws { _ = try Fields(request, known: []) }

    func text(_ name: String) throws -> String? {
        switch values[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw ErrorAnswer.invalid(name, "must be a string")
        }
    }

    /// One line for people to read: at most `limit` code points, none of them a control character.
    func line(_ name: String, limit: Int) throws -> String? {
        guard let text = try text(name) else { return nil }
        guard text.unicodeScalars.count <= limit else {
            throw ErrorAnswer.invalid(name, "has over \(limit) characters")
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) })
        else {
            throw ErrorAnswer.invalid(name, "must be one line without control characters")
        }
        return text
    }

    func flag(_ name: String) throws -> Bool? {
        switch values[name] {
        case nil, .null: return nil
        case .bool(let flag): return flag
        default: throw ErrorAnswer.invalid(name, "must be true or false")
        }
    }

    func number(_ name: String) throws -> JSONNumber? {
        switch values[name] {
        case nil, .null: return nil
        case .number(let text): return JSONNumber(text)
        default: throw ErrorAnswer.invalid(name, "must be a number")
        }
    }

    func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let number = try number(name) else { return nil }
        guard let integer = number.integer, range.contains(integer) else {
            throw ErrorAnswer.invalid(
                name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    /// A list of at most `limit` whole numbers.
    func integers(_ name: String, in range: ClosedRange<Int64>, limit: Int) throws -> [Int64]? {
        try list(name, limit: limit)?.map { value in
            guard case .number(let text) = value, let integer = JSONNumber(text).integer,
                range.contains(integer)
            else {
                throw ErrorAnswer.invalid(
                    name, "must have whole numbers from \(range.lowerBound) to \(range.upperBound)")
            }
            return integer
        }
    }

    /// A list of at most `limit` strings.
    func words(_ name: String, limit: Int) throws -> [String]? {
        try list(name, limit: limit)?.map { value in
            guard case .string(let text) = value else { throw ErrorAnswer.invalid(name, "must have strings") }
            return text
        }
    }

    private func list(_ name: String, limit: Int) throws -> [JSON]? {
        switch values[name] {
        case nil, .null: return nil
        case .array(let items):
            guard items.count <= limit else { throw ErrorAnswer.invalid(name, "has over \(limit) members") }
            return items
        default: throw ErrorAnswer.invalid(name, "must be a list")
        }
    }

    /// An object whose values are all strings.
    func texts(_ name: String) throws -> [String: String]? {
        switch values[name] {
        case nil, .null: return nil
        case .object(let members):
            var texts: [String: String] = [:]
            for member in members {
                guard case .string(let text) = member.value else {
                    throw ErrorAnswer.invalid(name, "must have strings as values")
                }
                texts[member.name] = text
            }
            return texts
        default: throw ErrorAnswer.invalid(name, "must be an object")
        }
    }
}

extension Optional {
    /// The value of a field that has to be there.
    func required(_ name: String) throws -> Wrapped {
        guard let self else { throw ErrorAnswer.invalid(name, "is missing") }
        return self
    }
}
