import Domain
import HTTP

/// The query of a request, read by key. An empty value counts as none; keys that nobody asks for are ignored.
struct Query {
    private let pairs: [(name: String, value: String)]

    init(_ request: Request) { pairs = request.query.filter { !$0.value.isEmpty } }

    func text(_ name: String) throws -> String? {
        let values = pairs.filter { $0.name == name }
        guard values.count <= 1 else { throw ErrorAnswer.invalid(name, "is there more than once") }
        return values.first?.value
    }

    func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int? {
        guard let text = try text(name) else { return nil }
        let isPlain = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isPlain, let value = Int64(text), range.contains(value) else {
            throw ErrorAnswer.invalid(
                name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(value)
    }

    func rate(_ name: String) throws -> HourlyRate? {
        try integer(name, in: HourlyRate.range).flatMap { HourlyRate(centsPerHour: Int64($0)) }
    }

    func gpuCount() throws -> Int? {
        guard let count = try integer("gpuCount", in: 0...Int64(Int32.max)) else { return nil }
        return try GPUCount.checked(Int64(count))
    }

    func instant(_ name: String) throws -> Instant? {
        guard let text = try text(name) else { return nil }
        guard let instant = Instant(iso8601: text) else {
            throw ErrorAnswer.invalid(name, "must be a time such as 2026-06-07T08:14:22Z, or a day")
        }
        return instant
    }

    func id<Subject>(_ name: String, of what: String) throws -> ID<Subject>? {
        guard let text = try text(name) else { return nil }
        guard let id = ID<Subject>(text) else { throw ErrorAnswer.invalid(name, "is not the id of \(what)") }
        return id
    }

    func choice(_ name: String, of choices: [String]) throws -> String? {
        guard let text = try text(name) else { return nil }
        guard choices.contains(text) else {
            throw ErrorAnswer.invalid(name, "must be one of \(choices.joined(separator: ", "))")
        }
        return text
    }

    func cursor() throws -> String? { try text("cursor") }
    func pageSize() throws -> Int { try integer("pageSize", in: 1...200) ?? 50 }
}

/// How many GPUs a listing may have.
enum GPUCount {
    static func checked(_ count: Int64) throws -> Int {
        guard [1, 2, 4, 8].contains(count) else {
            throw ErrorAnswer.invalid("gpuCount", "must be 1, 2, 4 or 8", code: "invalid_count")
        }
        return Int(count)
    }
}
